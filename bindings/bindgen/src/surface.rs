//! The surface: what shells can see, in no language, so that a change of it is seen in a review.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use camino::Utf8Path;
use uniffi_bindgen::interface::Type;
use uniffi_bindgen::{BindgenLoader, BindgenPaths, GlobalConfig};
use uniffi_meta::{DefaultValueMetadata, FieldMetadata, FnParamMetadata, LiteralMetadata, Metadata, VariantMetadata};

/// Lists what a library exports: crate by crate, type by type, in alphabetical order; fields, variants and parameters in their
/// own, which is part of the contract.
pub(crate) fn of(library: &Utf8Path) -> anyhow::Result<String> {
    let loader = BindgenLoader::new(BindgenPaths::default(), GlobalConfig::default());
    let groups = loader.load_metadata(library)?;
    let crates: BTreeMap<&String, _> = groups.iter().collect();
    let mut text = String::new();
    for (name, group) in crates {
        let mut lines: Vec<String> = group.items.iter().filter_map(line).collect();
        lines.sort();
        let _ = writeln!(text, "crate {name}");
        lines.iter().for_each(|line| {
            let _ = writeln!(text, "  {line}");
        });
    }
    Ok(text)
}

fn line(item: &Metadata) -> Option<String> {
    Some(match item {
        Metadata::Func(f) => format!("fn {}({}){}", f.name, params(&f.inputs), end(&f.return_type, &f.throws)),
        Metadata::Constructor(c) => {
            format!("object {}.{}({}) -> Self{}", c.self_name, c.name, params(&c.inputs), end(&None, &c.throws))
        }
        Metadata::Method(m) => {
            format!("object {}.{}({}){}", m.self_name, m.name, params(&m.inputs), end(&m.return_type, &m.throws))
        }
        Metadata::TraitMethod(m) => format!(
            "port {}.{:02} {}({}){}",
            m.trait_name,
            m.index,
            m.name,
            params(&m.inputs),
            end(&m.return_type, &m.throws)
        ),
        Metadata::Object(object) => format!("object {} ({:?})", object.name, object.imp),
        Metadata::CallbackInterface(port) => format!("port {}", port.name),
        Metadata::Record(record) => format!("record {} {{ {} }}", record.name, fields(&record.fields)),
        Metadata::Enum(e) => {
            let kind = if e.shape.is_error() { "error" } else { "enum" };
            let variants: Vec<String> = e.variants.iter().map(variant).collect();
            format!("{kind} {} {{ {} }}", e.name, variants.join(", "))
        }
        Metadata::CustomType(custom) => format!("type {} = {}", custom.name, ty(&custom.builtin)),
        Metadata::UniffiTrait(t) => format!("trait {} of {}", t.name(), t.self_name()),
        Metadata::ObjectTraitImpl(i) => format!("impl {} for {}", ty(&i.trait_ty), ty(&i.ty)),
        Metadata::Namespace(_) | Metadata::UdlFile(_) => return None,
    })
}

fn variant(variant: &VariantMetadata) -> String {
    if variant.fields.is_empty() {
        return variant.name.clone();
    }
    format!("{} {{ {} }}", variant.name, fields(&variant.fields))
}

fn fields(fields: &[FieldMetadata]) -> String {
    let said: Vec<String> = fields.iter().map(|f| named(&f.name, &f.ty, f.default.as_ref())).collect();
    said.join(", ")
}

fn params(params: &[FnParamMetadata]) -> String {
    let said: Vec<String> = params.iter().map(|p| named(&p.name, &p.ty, p.default.as_ref())).collect();
    said.join(", ")
}

fn named(name: &str, of: &Type, default: Option<&DefaultValueMetadata>) -> String {
    let default = match default {
        None => String::new(),
        Some(DefaultValueMetadata::Literal(LiteralMetadata::Boolean(value))) => format!(" = {value}"),
        Some(DefaultValueMetadata::Literal(LiteralMetadata::UInt(value, ..))) => format!(" = {value}"),
        Some(value) => format!(" = {value:?}"),
    };
    // A variant without names has its fields by their place.
    if name.is_empty() { format!("{}{default}", ty(of)) } else { format!("{name}: {}{default}", ty(of)) }
}

fn end(returns: &Option<Type>, throws: &Option<Type>) -> String {
    let returns = returns.as_ref().map(|returns| format!(" -> {}", ty(returns)));
    let throws = throws.as_ref().map(|throws| format!(" throws {}", ty(throws)));
    [returns, throws].into_iter().flatten().collect()
}

fn ty(of: &Type) -> String {
    match of {
        Type::Optional { inner_type } => format!("{}?", ty(inner_type)),
        Type::Sequence { inner_type } => format!("[{}]", ty(inner_type)),
        Type::Map { key_type, value_type } => format!("{{{}: {}}}", ty(key_type), ty(value_type)),
        Type::Object { name, .. }
        | Type::Record { name, .. }
        | Type::Enum { name, .. }
        | Type::CallbackInterface { name, .. }
        | Type::Custom { name, .. } => name.clone(),
        Type::Box { inner_type } => ty(inner_type),
        Type::Set { inner_type } => format!("{{{}}}", ty(inner_type)),
        Type::UInt8
        | Type::Int8
        | Type::UInt16
        | Type::Int16
        | Type::UInt32
        | Type::Int32
        | Type::UInt64
        | Type::Int64
        | Type::Float32
        | Type::Float64
        | Type::Boolean
        | Type::String
        | Type::Bytes
        | Type::Timestamp
        | Type::Duration => format!("{of:?}"),
    }
}
