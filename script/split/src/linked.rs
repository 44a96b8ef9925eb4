//! Which data and which slots of the function table are referred to from where, as the linker noted it
//! (`--emit-relocs`).
//!
//! An address in the code of a finished module is a number like any other. Where the linker put it in, it leaves a
//! note; so what is told here is exact, also where the compiler has folded an offset into an address.

use anyhow::{Context, Result, bail, ensure};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use wasmparser::{
    BinaryReader, DataKind, KnownCustom, Linking, Name, Operator, Parser, Payload,
    RelocSectionReader, RelocationEntry, RelocationType, SymbolInfo,
};

/// Segments with one of these names are written to by nobody.
const READ_ONLY: &str = ".rodata";

/// What a function or a piece of data refers to.
#[derive(Debug, Default)]
pub struct References {
    /// Pieces of data, by index.
    pub pieces: HashSet<usize>,
    /// Slots of the function table.
    pub slots: HashSet<u32>,
}

/// A piece of data: bytes that the linker moved as one.
#[derive(Debug)]
struct Piece {
    range: Range<u32>,
    is_read_only: bool,
    refers_to: References,
}

/// The linker's notes on a module.
pub struct Linked {
    /// In order of their addresses; they do not overlap.
    pieces: Vec<Piece>,
    /// By name. Several functions may have the same.
    functions: HashMap<String, References>,
}

impl Linked {
    /// Reads the notes from a module as the linker left it.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let raw = Raw::read(bytes)?;
        let mut pieces = raw.pieces();
        let mut functions: HashMap<String, References> = HashMap::new();
        for (name, _) in raw.functions.values() {
            functions.entry(name.clone()).or_default();
        }
        for (from, to) in raw.references(bytes)? {
            let to_piece = match to {
                To::Data(address) => find(&pieces, address),
                To::Slot(_) => None,
            };
            let references = match from {
                From::Code(offset) => {
                    let before = raw.functions.range(..=offset).next_back();
                    let (name, _) = before
                        .map(|(_, function)| function)
                        .filter(|(_, end)| offset < *end)
                        .context("a relocation outside every function")?;
                    functions.entry(name.clone()).or_default()
                }
                From::Data(address) => {
                    let piece = find(&pieces, address).context("a relocation outside the data")?;
                    &mut pieces[piece].refers_to
                }
            };
            references.pieces.extend(to_piece);
            if let To::Slot(slot) = to {
                references.slots.insert(slot);
            }
        }
        Ok(Self { pieces, functions })
    }

    /// What the functions of a demangled name refer to; `None` if the linker has not seen one.
    pub fn of_function(&self, name: &str) -> Option<&References> {
        self.functions.get(name)
    }

    /// What a piece of data refers to.
    pub fn of_piece(&self, piece: usize) -> &References {
        &self.pieces[piece].refers_to
    }

    /// The piece of data that an address lies in.
    pub fn piece_at(&self, address: u32) -> Option<usize> {
        find(&self.pieces, address)
    }

    /// The pieces that are written to.
    pub fn written(&self) -> impl Iterator<Item = usize> {
        let pieces = self.pieces.iter().enumerate();
        pieces.filter_map(|(index, piece)| (!piece.is_read_only).then_some(index))
    }

    /// The addresses of all other pieces than these.
    pub fn all_but(&self, staying: &HashSet<usize>) -> Vec<Range<u32>> {
        let mut moving: Vec<Range<u32>> = Vec::new();
        for (index, Piece { range, .. }) in self.pieces.iter().enumerate() {
            if staying.contains(&index) {
                continue;
            }
            match moving.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => moving.push(range.clone()),
            }
        }
        moving
    }
}

/// The piece that an address lies in.
fn find(pieces: &[Piece], address: u32) -> Option<usize> {
    let after = pieces.partition_point(|piece| piece.range.start <= address);
    let index = after.checked_sub(1)?;
    (address < pieces[index].range.end).then_some(index)
}

/// Where a reference is written.
enum From {
    /// At an offset in the file.
    Code(usize),
    /// At an address.
    Data(u32),
}

/// What it refers to.
enum To {
    /// What lies at an address.
    Data(u32),
    /// A slot of the function table.
    Slot(u32),
}

/// What the sections say.
#[derive(Default)]
struct Raw<'a> {
    /// By the offsets in the file at which they begin: names, demangled, and ends.
    functions: BTreeMap<usize, (String, usize)>,
    /// Offset in the file, address and size of each segment.
    segments: Vec<(usize, Range<u32>)>,
    segment_names: Vec<&'a str>,
    /// Addresses of the data symbols, by symbol index.
    symbols: BTreeMap<u32, Range<u32>>,
    relocations: Vec<RelocSectionReader<'a>>,
    /// Index, and beginning of the contents in the file.
    code: (u32, usize),
    data: (u32, usize),
}

impl<'a> Raw<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut raw = Self::default();
        let (mut imported, mut bodies, mut names) = (0, Vec::new(), HashMap::new());
        let mut symbols = None;
        let mut section = 0;
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            match &payload {
                Payload::ImportSection(imports) => {
                    for import in imports.clone().into_imports() {
                        let ty = import?.ty;
                        imported += u32::from(matches!(ty, wasmparser::TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionStart { range, .. } => raw.code = (section, range.start),
                Payload::CodeSectionEntry(body) => bodies.push(body.range()),
                Payload::DataSection(data) => {
                    raw.data = (section, data.range().start);
                    for segment in data.clone() {
                        raw.segments.push(placed(&segment?)?);
                    }
                }
                Payload::CustomSection(custom) => match custom.as_known() {
                    KnownCustom::Linking(linking) => symbols = Some(linking),
                    KnownCustom::Reloc(relocations) => raw.relocations.push(relocations),
                    KnownCustom::Name(all) => {
                        for part in all {
                            if let Name::Function(map) = part? {
                                for naming in map {
                                    let naming = naming?;
                                    names.insert(naming.index, naming.name);
                                }
                            }
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
            let is_section = payload.as_section().is_some();
            section += u32::from(is_section);
        }
        for (index, body) in (imported..).zip(bodies) {
            let name = names.get(&index).copied().unwrap_or_default();
            let name = rustc_demangle::demangle(name).to_string();
            raw.functions.insert(body.start, (name, body.end));
        }
        let linking = symbols.context("the linker left no notes; it was to --emit-relocs")?;
        raw.read_symbols(&linking)?;
        Ok(raw)
    }

    fn read_symbols(&mut self, linking: &wasmparser::LinkingSectionReader<'a>) -> Result<()> {
        for part in linking.subsections() {
            match part? {
                Linking::SegmentInfo(segments) => {
                    for segment in segments {
                        self.segment_names.push(segment?.name);
                    }
                }
                Linking::SymbolTable(symbols) => {
                    for (index, symbol) in (0..).zip(symbols) {
                        if let SymbolInfo::Data {
                            symbol: Some(symbol),
                            ..
                        } = symbol?
                            && let Some((_, segment)) = self.segments.get(symbol.index as usize)
                        {
                            let start = segment.start + symbol.offset;
                            self.symbols.insert(index, start..start + symbol.size);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The symbols as pieces; those that overlap are one.
    fn pieces(&self) -> Vec<Piece> {
        let mut ranges: Vec<&Range<u32>> =
            self.symbols.values().filter(|r| !r.is_empty()).collect();
        ranges.sort_by_key(|range| (range.start, range.end));
        let mut pieces: Vec<Piece> = Vec::new();
        for range in ranges {
            match pieces.last_mut() {
                Some(last) if range.start < last.range.end => {
                    last.range.end = last.range.end.max(range.end);
                }
                _ => pieces.push(Piece {
                    range: range.clone(),
                    is_read_only: self.is_read_only(range.start),
                    refers_to: References::default(),
                }),
            }
        }
        pieces
    }

    fn is_read_only(&self, address: u32) -> bool {
        let names = self.segments.iter().zip(&self.segment_names);
        let mut holding = names.filter(|((_, range), _)| range.contains(&address));
        holding.any(|(_, name)| name.starts_with(READ_ONLY))
    }

    /// Every note of an address or a slot.
    fn references(&self, bytes: &[u8]) -> Result<Vec<(From, To)>> {
        let mut all = Vec::new();
        for reader in &self.relocations {
            let in_code = reader.section_index() == self.code.0;
            ensure!(
                in_code || reader.section_index() == self.data.0,
                "relocations of neither code nor data"
            );
            let begin = if in_code { self.code.1 } else { self.data.1 };
            for entry in reader.entries() {
                let entry = entry?;
                let at = begin + entry.offset as usize;
                let Some(to) = self.target(&entry, BinaryReader::new(&bytes[at..], at))? else {
                    continue;
                };
                let from = if in_code {
                    From::Code(at)
                } else {
                    From::Data(self.address_of(at)?)
                };
                all.push((from, to));
            }
        }
        Ok(all)
    }

    /// What a relocation refers to, given what is written there.
    fn target(&self, entry: &RelocationEntry, mut written: BinaryReader) -> Result<Option<To>> {
        let value = match entry.ty {
            RelocationType::MemoryAddrLeb => written.read_var_u32()?,
            RelocationType::MemoryAddrSleb => written.read_var_i32()?.cast_unsigned(),
            RelocationType::MemoryAddrI32 => written.read_u32()?,
            RelocationType::TableIndexSleb => {
                let slot = written.read_var_i32()?.cast_unsigned();
                return Ok(Some(To::Slot(slot)));
            }
            RelocationType::TableIndexI32 => return Ok(Some(To::Slot(written.read_u32()?))),
            _ => return Ok(None),
        };
        let Some(symbol) = self.symbols.get(&entry.index) else {
            return Ok(None);
        };
        // Were the notes misread, this would not hold.
        let expected = i64::from(symbol.start) + entry.addend;
        ensure!(
            i64::from(value) == expected || i64::from(value.cast_signed()) == expected,
            "a relocation does not agree with what is written there"
        );
        Ok(Some(To::Data(symbol.start)))
    }

    /// Where in memory a byte of the data section ends up.
    fn address_of(&self, at: usize) -> Result<u32> {
        for (begin, range) in &self.segments {
            if (*begin..begin + range.len()).contains(&at) {
                return Ok(range.start + u32::try_from(at - begin)?);
            }
        }
        bail!("a relocation outside the segments")
    }
}

/// Where a segment's bytes lie in the file, and where they go.
fn placed(segment: &wasmparser::Data) -> Result<(usize, Range<u32>)> {
    let DataKind::Active { offset_expr, .. } = &segment.kind else {
        bail!("a segment that is not put in place at the start");
    };
    let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
        bail!("a segment whose place is not a number");
    };
    let start = value.cast_unsigned();
    let end = start + u32::try_from(segment.data.len())?;
    Ok((segment.range.end - segment.data.len(), start..end))
}
