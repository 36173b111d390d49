//! The engine as a whole, step by step as the runtime does it. Each test says which invariant (INV) or which failure of the
//! field (F) it is about.

mod best_fix;
mod cancel;
mod closing;
mod config;
mod counting;
mod drill;
mod envelope;
mod escalation;
mod fixes;
mod identity;
mod position;
mod rearm;
mod refusals;
mod retry;
mod routes;
mod walk;
mod world;
