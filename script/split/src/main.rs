//! Cuts a WebAssembly module in two: what the page needs to start, and the rest, which it fetches once it runs.
//!
//! Which functions go into the rest is told by name: those of the modules on a list, and whatever only they use. The two
//! halves share memory, tables and globals, which the first exports and the rest imports. A function of the rest that the
//! first half calls is replaced there by a stub: it has the page load the rest if it is not there yet, and goes on
//! through the function table. Read-only data goes where it is used: into the rest if nothing of the first half refers
//! to it.
//!
//! usage: split LINKED MODULE LIST FIRST REST
//!   LINKED  the module as the linker left it, with `--emit-relocs`
//!   MODULE  with names, as wasm-bindgen and `wasm-opt -g` leave them
//!   LIST    beginnings of function names, one a line; `#` begins a comment

mod linked;

use anyhow::{Context, Result, bail, ensure};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::PathBuf;
use walrus::ir::{Const, Load, Store, Value, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId,
    FunctionKind, GlobalKind, ImportedFunction, Module, TableId, ValType,
};

use linked::{Linked, References};

/// Where the rest imports what the first half shares, by short names.
const SHARED: &str = "first";
/// Part of the name of the import that loads the rest; its argument is whether to wait for it.
const LOAD: &str = "loadRest";
/// The exported global that the page sets to 1 when the rest is there.
const READY: &str = "rest_is_ready";

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [linked, module, list, first, rest] = arguments.as_slice() else {
        bail!("usage: split LINKED MODULE LIST FIRST REST");
    };
    let read =
        |path: &PathBuf| std::fs::read(path).with_context(|| format!("reading {}", path.display()));
    let linked = Linked::read(&read(linked)?)?;
    let bytes = read(module)?;
    let list =
        std::fs::read_to_string(list).with_context(|| format!("reading {}", list.display()))?;
    let list: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split('#').next())
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let (mut first_half, mut rest_half) = cut(&linked, &bytes, &list)?;
    std::fs::write(first, first_half.emit_wasm())?;
    std::fs::write(rest, rest_half.emit_wasm())?;
    Ok(())
}

/// The two halves of a module.
fn cut(linked: &Linked, bytes: &[u8], list: &[&str]) -> Result<(Module, Module)> {
    let mut first = Module::from_buffer(bytes)?;
    let mut rest = Module::from_buffer(bytes)?;
    let plan = Plan::new(&first, linked, list)?;
    // Both were read from the same bytes, so the order of their functions is the same.
    let twins: HashMap<FunctionId, FunctionId> = first
        .funcs
        .iter()
        .zip(rest.funcs.iter())
        .map(|(a, b)| (a.id(), b.id()))
        .collect();
    make_first(&mut first, &plan)?;
    make_rest(&mut rest, &plan, &twins)?;
    move_data(&mut first, &mut rest, &plan.data)?;
    for half in [&mut first, &mut rest] {
        // The linker's notes and the like are no longer true.
        let notes: Vec<_> = half.customs.iter().map(|(id, _)| id).collect();
        for id in notes {
            half.customs.delete(id);
        }
        walrus::passes::gc::run(half);
    }
    Ok((first, rest))
}

/// What goes where, by the ids of the first half.
struct Plan {
    /// The funcref table through which the stubs go.
    table: TableId,
    /// Loads the rest.
    load: FunctionId,
    /// Functions of the rest that the first half can reach, in order.
    entries: Vec<FunctionId>,
    /// Functions of the first half that the rest calls, in order.
    shared: Vec<FunctionId>,
    /// Slots of the table to which only the rest refers, and their functions, in order.
    slots: Vec<(u32, FunctionId)>,
    /// The addresses of data to which only the rest refers.
    data: Vec<Range<u32>>,
}

impl Plan {
    fn new(module: &Module, linked: &Linked, list: &[&str]) -> Result<Self> {
        let table = module
            .tables
            .main_function_table()?
            .context("the module has no function table")?;
        let load = module
            .funcs
            .iter()
            .find(|f| {
                matches!(f.kind, FunctionKind::Import(_))
                    && f.name.as_ref().is_some_and(|name| name.contains(LOAD))
            })
            .with_context(|| format!("no import is called {LOAD}"))?
            .id();
        let listed: HashSet<FunctionId> = module
            .funcs
            .iter_local()
            .map(|(id, _)| id)
            .filter(|&id| is_listed(module.funcs.get(id).name.as_deref(), list))
            .collect();
        ensure!(!listed.is_empty(), "no function is on the list");
        let in_slots = in_slots(module, table)?;
        let first = First::reach(module, linked, &in_slots, &listed);
        let kept = &first.functions;
        let mut entries: Vec<FunctionId> = first.entries.iter().copied().collect();
        entries.sort();
        let stays = |id: &FunctionId| kept.contains(id) || first.entries.contains(id);
        let mut slots: Vec<_> = in_slots.into_iter().collect();
        slots.retain(|(_, id)| !stays(id));
        slots.sort();
        let mut shared: HashSet<FunctionId> = HashSet::new();
        for (id, _) in module.funcs.iter_local() {
            if !kept.contains(&id) {
                shared.extend(calls(module, id).into_iter().filter(|callee| {
                    kept.contains(callee)
                        && matches!(module.funcs.get(*callee).kind, FunctionKind::Local(_))
                }));
            }
        }
        let mut shared: Vec<FunctionId> = shared.into_iter().collect();
        shared.sort();
        Ok(Self {
            table,
            load,
            entries,
            shared,
            slots,
            data: linked.all_but(&first.pieces),
        })
    }
}

/// Whether a name begins like a line of the list. Code of a trait or of a generic type is named within `<…>`, and every
/// crate with its fingerprint in brackets.
fn is_listed(name: Option<&str>, list: &[&str]) -> bool {
    name.is_some_and(|name| {
        let mut plain = String::new();
        for part in name.trim_start_matches('<').split_inclusive(']') {
            match part.rsplit_once('[') {
                Some((before, mark)) if is_fingerprint(mark) => plain += before,
                _ => plain += part,
            }
        }
        list.iter().any(|beginning| plain.starts_with(beginning))
    })
}

fn is_fingerprint(mark: &str) -> bool {
    let digits = mark.trim_end_matches(']');
    digits.len() > 8 && digits.chars().all(|digit| digit.is_ascii_hexdigit())
}

/// The functions in the slots of the table.
fn in_slots(module: &Module, table: TableId) -> Result<HashMap<u32, FunctionId>> {
    let mut all = HashMap::new();
    for &segment in &module.tables.get(table).elem_segments {
        let segment = module.elements.get(segment);
        let (
            ElementKind::Active {
                offset: ConstExpr::Value(Value::I32(start)),
                ..
            },
            ElementItems::Functions(ids),
        ) = (&segment.kind, &segment.items)
        else {
            bail!("a part of the function table that is not put in place at the start");
        };
        all.extend((start.cast_unsigned()..).zip(ids.iter().copied()));
    }
    Ok(all)
}

/// What a start or an export can reach without passing a listed function: what stays in the first half.
#[derive(Default)]
struct First {
    functions: HashSet<FunctionId>,
    /// The listed ones that are met.
    entries: HashSet<FunctionId>,
    /// Pieces of data.
    pieces: HashSet<usize>,
}

impl First {
    fn reach(
        module: &Module,
        linked: &Linked,
        in_slots: &HashMap<u32, FunctionId>,
        listed: &HashSet<FunctionId>,
    ) -> Self {
        let mut found = Self::default();
        let mut functions: Vec<FunctionId> = module.start.into_iter().collect();
        for export in module.exports.iter() {
            if let ExportItem::Function(id) = export.item {
                functions.push(id);
            }
        }
        let mut pieces: Vec<usize> = linked.written().collect();
        loop {
            let references = if let Some(id) = functions.pop() {
                if listed.contains(&id) {
                    found.entries.insert(id);
                    continue;
                }
                if !found.functions.insert(id) {
                    continue;
                }
                functions.extend(calls(module, id));
                let name = module.funcs.get(id).name.as_deref().unwrap_or_default();
                match linked.of_function(name) {
                    Some(references) => references,
                    // The linker has not seen it: every number may be an address.
                    None => &numbers(module, linked, id),
                }
            } else if let Some(piece) = pieces.pop() {
                if !found.pieces.insert(piece) {
                    continue;
                }
                linked.of_piece(piece)
            } else {
                return found;
            };
            pieces.extend(&references.pieces);
            let slots = references.slots.iter();
            functions.extend(slots.filter_map(|slot| in_slots.get(slot)));
        }
    }
}

/// The functions that a function names.
fn calls(module: &Module, id: FunctionId) -> HashSet<FunctionId> {
    struct Calls(HashSet<FunctionId>);
    impl Visitor<'_> for Calls {
        fn visit_function_id(&mut self, id: &FunctionId) {
            self.0.insert(*id);
        }
    }
    let mut found = Calls(HashSet::new());
    if let FunctionKind::Local(function) = &module.funcs.get(id).kind {
        dfs_in_order(&mut found, function, function.entry_block());
    }
    found.0
}

/// What the numbers in the code of a function may refer to.
fn numbers(module: &Module, linked: &Linked, id: FunctionId) -> References {
    struct Numbers(HashSet<u32>);
    impl Visitor<'_> for Numbers {
        fn visit_const(&mut self, number: &Const) {
            if let Value::I32(value) = number.value {
                self.0.insert(value.cast_unsigned());
            }
        }
        fn visit_load(&mut self, load: &Load) {
            self.0.extend(u32::try_from(load.arg.offset));
        }
        fn visit_store(&mut self, store: &Store) {
            self.0.extend(u32::try_from(store.arg.offset));
        }
    }
    let mut found = Numbers(HashSet::new());
    if let FunctionKind::Local(function) = &module.funcs.get(id).kind {
        dfs_in_order(&mut found, function, function.entry_block());
    }
    let pieces = found.0.iter().filter_map(|&number| linked.piece_at(number));
    References {
        pieces: pieces.collect(),
        slots: found.0,
    }
}

/// Leaves stubs where the rest begins and exports what it shares.
fn make_first(module: &mut Module, plan: &Plan) -> Result<()> {
    let zero = ConstExpr::Value(Value::I32(0));
    let ready = module.globals.add_local(ValType::I32, true, false, zero);
    module.exports.add(READY, ready);
    let slots = widen(module, plan.table, plan.entries.len())?;
    for (slot, &entry) in (slots..).zip(&plan.entries) {
        let ty = module.funcs.get(entry).ty();
        let (parameters, results) = {
            let ty = module.types.get(ty);
            (ty.params().to_vec(), ty.results().to_vec())
        };
        let locals: Vec<_> = parameters.iter().map(|&ty| module.locals.add(ty)).collect();
        let mut stub = FunctionBuilder::new(&mut module.types, &parameters, &results);
        let mut body = stub.func_body();
        body.global_get(ready).if_else(
            None,
            |_| {},
            |missing| {
                missing.i32_const(1).call(plan.load);
            },
        );
        for &local in &locals {
            body.local_get(local);
        }
        body.i32_const(slot.cast_signed())
            .call_indirect(ty, plan.table);
        module.funcs.get_mut(entry).kind = FunctionKind::Local(stub.local_func(locals));
    }
    leave(module, plan);
    for (index, &id) in plan.shared.iter().enumerate() {
        module.exports.add(&format!("f{index}"), id);
    }
    for (name, item) in state(module) {
        module.exports.add(&name, item);
    }
    Ok(())
}

/// Puts anything into the slots that the rest fills: nobody calls them before.
fn leave(module: &mut Module, plan: &Plan) {
    let moving: HashSet<FunctionId> = plan.slots.iter().map(|&(_, id)| id).collect();
    for element in module.elements.iter_mut() {
        if let ElementItems::Functions(ids) = &mut element.items {
            let mut filler = ids.iter().copied().find(|id| !moving.contains(id));
            for id in ids {
                if !moving.contains(id) {
                    filler = Some(*id);
                }
                *id = filler.unwrap_or(*id);
            }
        }
    }
}

/// Makes room for `more` functions at the end of a table; returns the first new slot.
fn widen(module: &mut Module, table: TableId, more: usize) -> Result<u32> {
    let table = module.tables.get_mut(table);
    let slots = u32::try_from(table.initial)?;
    table.initial += more as u64;
    table.maximum = table.maximum.map(|most| most.max(table.initial));
    Ok(slots)
}

/// Memories, tables and globals, by the names under which the halves share them.
fn state(module: &Module) -> Vec<(String, ExportItem)> {
    let memories = module.memories.iter().map(|m| ExportItem::Memory(m.id()));
    let tables = module.tables.iter().map(|t| ExportItem::Table(t.id()));
    let globals = module.globals.iter().map(|g| ExportItem::Global(g.id()));
    let all = memories.chain(tables).chain(globals).enumerate();
    all.map(|(index, item)| (format!("s{index}"), item))
        .collect()
}

/// Turns what the first half keeps into imports, and puts the entries into their slots of the table.
fn make_rest(
    module: &mut Module,
    plan: &Plan,
    twins: &HashMap<FunctionId, FunctionId>,
) -> Result<()> {
    let exports: Vec<_> = module.exports.iter().map(walrus::Export::id).collect();
    for id in exports {
        module.exports.delete(id);
    }
    let elements: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    for id in elements {
        module.elements.delete(id);
    }
    module.start = None;
    // The ready flag comes after these, so that the numbers agree.
    for (name, item) in state(module) {
        match item {
            ExportItem::Memory(id) => {
                let import = module.imports.add(SHARED, &name, id);
                let memory = module.memories.get_mut(id);
                memory.import = Some(import);
            }
            ExportItem::Table(id) => {
                let import = module.imports.add(SHARED, &name, id);
                let table = module.tables.get_mut(id);
                table.import = Some(import);
                table.elem_segments.clear();
            }
            ExportItem::Global(id) => {
                let import = module.imports.add(SHARED, &name, id);
                module.globals.get_mut(id).kind = GlobalKind::Import(import);
            }
            ExportItem::Function(_) | ExportItem::Tag(_) => bail!("{name} is not state"),
        }
    }
    for (index, id) in plan.shared.iter().enumerate() {
        let id = twins[id];
        let ty = module.funcs.get(id).ty();
        let import = module.imports.add(SHARED, &format!("f{index}"), id);
        module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
    }
    let table = module
        .tables
        .main_function_table()?
        .context("the module has no function table")?;
    let slots = widen(module, table, plan.entries.len())?;
    let entries = plan.entries.iter().map(|id| twins[id]).collect();
    let offset = ConstExpr::Value(Value::I32(slots.cast_signed()));
    let kind = ElementKind::Active { table, offset };
    let element = module.elements.add(kind, ElementItems::Functions(entries));
    module.tables.get_mut(table).elem_segments.insert(element);
    for run in plan.slots.chunk_by(|a, b| a.0 + 1 == b.0) {
        let offset = ConstExpr::Value(Value::I32(run[0].0.cast_signed()));
        let kind = ElementKind::Active { table, offset };
        let ids = run.iter().map(|(_, id)| twins[id]).collect();
        let element = module.elements.add(kind, ElementItems::Functions(ids));
        module.tables.get_mut(table).elem_segments.insert(element);
    }
    Ok(())
}

/// Takes the ranges of data out of the first half and leaves nothing else to the rest. Where zeros are left, nothing is
/// stored: memory begins as zeros.
fn move_data(first: &mut Module, rest: &mut Module, ranges: &[Range<u32>]) -> Result<()> {
    let all: Vec<_> = rest.data.iter().map(walrus::Data::id).collect();
    for id in all {
        rest.data.delete(id);
    }
    let memory = rest.get_memory_id()?;
    rest.memories.get_mut(memory).data_segments.clear();
    let segments: Vec<_> = first.data.iter().map(walrus::Data::id).collect();
    for id in segments {
        let segment = first.data.get_mut(id);
        let DataKind::Active {
            offset: ConstExpr::Value(Value::I32(start)),
            ..
        } = segment.kind
        else {
            bail!("a segment that is not put in place at the start");
        };
        let start = start.cast_unsigned();
        let end = start + u32::try_from(segment.value.len())?;
        for range in ranges {
            if !(start..end).contains(&range.start) {
                continue;
            }
            ensure!(range.end <= end, "data that lies in two segments");
            let place = (range.start - start) as usize..(range.end - start) as usize;
            let offset = ConstExpr::Value(Value::I32(range.start.cast_signed()));
            let bytes = segment.value[place.clone()].to_vec();
            let moved = rest.data.add(DataKind::Active { memory, offset }, bytes);
            rest.memories.get_mut(memory).data_segments.insert(moved);
            segment.value[place].fill(0);
        }
    }
    Ok(())
}
