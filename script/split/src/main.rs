//! Cuts a WebAssembly module in two: what the page needs to start, and the rest, which it fetches once it runs.
//!
//! Which functions go into the rest is told by name: those of the modules on a list, and whatever only they use. The two
//! halves share memory, tables and globals, which the first exports and the rest imports. A function of the rest that the
//! first half calls is replaced there by a stub: it has the page load the rest if it is not there yet, and goes on
//! through the function table. Data stays in the first half.
//!
//! usage: split MODULE LIST FIRST REST
//!   MODULE  with names, as wasm-bindgen and `wasm-opt -g` leave them
//!   LIST    beginnings of function names, one a line; `#` begins a comment

use anyhow::{Context, Result, bail, ensure};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use walrus::ir::{Value, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind,
    GlobalKind, ImportedFunction, Module, TableId, ValType,
};

/// Where the rest imports what the first half shares, by short names.
const SHARED: &str = "first";
/// Part of the name of the import that loads the rest; its argument is whether to wait for it.
const LOAD: &str = "loadRest";
/// The exported global that the page sets to 1 when the rest is there.
const READY: &str = "rest_is_ready";

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [module, list, first, rest] = arguments.as_slice() else {
        bail!("usage: split MODULE LIST FIRST REST");
    };
    let bytes = std::fs::read(module).with_context(|| format!("reading {}", module.display()))?;
    let list =
        std::fs::read_to_string(list).with_context(|| format!("reading {}", list.display()))?;
    let list: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split('#').next())
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let (mut first_half, mut rest_half) = cut(&bytes, &list)?;
    std::fs::write(first, first_half.emit_wasm())?;
    std::fs::write(rest, rest_half.emit_wasm())?;
    Ok(())
}

/// The two halves of a module.
fn cut(bytes: &[u8], list: &[&str]) -> Result<(Module, Module)> {
    let mut first = Module::from_buffer(bytes)?;
    let mut rest = Module::from_buffer(bytes)?;
    let plan = Plan::new(&first, list)?;
    // Both were read from the same bytes, so the order of their functions is the same.
    let twins: HashMap<FunctionId, FunctionId> = first
        .funcs
        .iter()
        .zip(rest.funcs.iter())
        .map(|(a, b)| (a.id(), b.id()))
        .collect();
    make_first(&mut first, &plan)?;
    make_rest(&mut rest, &plan, &twins)?;
    walrus::passes::gc::run(&mut first);
    walrus::passes::gc::run(&mut rest);
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
}

impl Plan {
    fn new(module: &Module, list: &[&str]) -> Result<Self> {
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
        let (kept, entries) = reach(module, &listed);
        let mut entries: Vec<FunctionId> = entries.into_iter().collect();
        entries.sort();
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
        })
    }
}

/// Whether a name begins like a line of the list. Code of a trait or of a generic type is named within `<…>`, and a
/// crate with its fingerprint in brackets.
fn is_listed(name: Option<&str>, list: &[&str]) -> bool {
    name.is_some_and(|name| {
        let name = name.trim_start_matches('<');
        let plain = match (name.find('['), name.find(']')) {
            (Some(open), Some(close)) if open < close => {
                name[..open].to_owned() + &name[close + 1..]
            }
            _ => name.to_owned(),
        };
        list.iter().any(|beginning| plain.starts_with(beginning))
    })
}

/// The functions a start, an export or a table entry can reach without passing a listed one, and the listed ones
/// they meet.
fn reach(
    module: &Module,
    listed: &HashSet<FunctionId>,
) -> (HashSet<FunctionId>, HashSet<FunctionId>) {
    let mut open: Vec<FunctionId> = module.start.into_iter().collect();
    for export in module.exports.iter() {
        if let ExportItem::Function(id) = export.item {
            open.push(id);
        }
    }
    for element in module.elements.iter() {
        match &element.items {
            ElementItems::Functions(ids) => open.extend(ids),
            ElementItems::Expressions(_, expressions) => {
                open.extend(expressions.iter().filter_map(|e| match e {
                    ConstExpr::RefFunc(id) => Some(*id),
                    _ => None,
                }));
            }
        }
    }
    let (mut kept, mut entries) = (HashSet::new(), HashSet::new());
    while let Some(id) = open.pop() {
        if listed.contains(&id) {
            entries.insert(id);
        } else if kept.insert(id) {
            open.extend(calls(module, id));
        }
    }
    (kept, entries)
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
    for (index, &id) in plan.shared.iter().enumerate() {
        module.exports.add(&format!("f{index}"), id);
    }
    for (name, item) in state(module) {
        module.exports.add(&name, item);
    }
    Ok(())
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
    let data: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for id in data {
        module.data.delete(id);
    }
    module.start = None;
    // The ready flag comes after these, so that the numbers agree.
    for (name, item) in state(module) {
        match item {
            ExportItem::Memory(id) => {
                let import = module.imports.add(SHARED, &name, id);
                let memory = module.memories.get_mut(id);
                memory.import = Some(import);
                memory.data_segments.clear();
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
    Ok(())
}
