//! The checkers: one for each invariant of `docs/ARCHITECTURE.md`. They look from outside: at what leaves a process, at what
//! its screen says, at what the centre holds, and at what was promised.

mod end;
mod evidence;
mod restart;
mod screen;
mod sent;
