//! The rules in the order in which they are judged: what others build on comes first.

mod accept;
mod identity;
mod keys;
mod limit;
mod media;
mod offer;
mod problem;
mod receipt;
mod repeat;
mod store;
mod timeline;
mod transport;

use std::sync::LazyLock;

use crate::Rule;

static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let groups = [
        transport::FIRST,
        keys::RULES,
        store::RULES,
        receipt::RULES,
        transport::RULES,
        repeat::RULES,
        accept::RULES,
        limit::RULES,
        identity::RULES,
        offer::RULES,
        timeline::RULES,
    ];
    let last = [problem::RULES, keys::LAST];
    groups.into_iter().chain(media::RULES).chain(last).flatten().collect()
});

/// Every rule, in the order in which they are judged.
pub fn rules() -> &'static [&'static Rule] {
    &RULES
}
