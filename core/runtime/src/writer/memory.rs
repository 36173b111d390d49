//! A step without the disk: for an emergency alone, with effects that carry their bytes, and a state that is shown (INV-2).

use siaga_engine::outbox::Lane;
use siaga_engine::wire::{Payload, Request, Ticket};
use siaga_engine::{Answer, Dispatch, Effect, Event, Input, Wake, WakeReason};

use crate::ports::Note;
use crate::writer::{RETRY_STORE_MS, Released, Writer};

/// Presses in memory are brought to the disk while they still count: with those of another process they may be an SOS (INV-13).
const RETRY_PRESS_MS: u64 = 500;

impl Writer {
    pub(super) fn in_memory(&mut self, input: &Input, why: &str) -> Released {
        if self.unsaved.is_full() && matches!(input.event, Event::Located(_)) {
            return Released {
                answer: Answer::Noted,
                requests: Vec::new(),
                effects: Vec::<Effect>::new(),
                changed: false,
            };
        }
        let was_durable = !std::mem::replace(&mut self.in_memory, true);
        if was_durable {
            self.engine.detach();
        }
        let found = self.engine.wants(&input.event).and_then(|key| self.unsaved.outbox().find(&key).cloned());
        let mut step = self.engine.begin_in_memory(input);
        let t = step.t();
        let answer = step.decide(&input.event, found.as_ref());
        self.unsaved.add(step.take_changes());
        let plan = step.plan(&self.unsaved.outbox().heads());
        self.unsaved.add(step.take_changes());
        let changed = step.is_dirty();
        self.engine = step.finish();
        if was_durable {
            self.notes.push(Note::WentOnInMemory { why: why.to_owned() });
        }
        let is_pressed = self.engine.snapshot(&input.at).button.presses > 0;
        let retry_ms = if is_pressed { RETRY_PRESS_MS } else { RETRY_STORE_MS };
        let retry = Wake { at: t.after(retry_ms), reason: WakeReason::Row(Lane::Sos) };
        self.wake = Some(plan.wake.filter(|wake| wake.at < retry.at).unwrap_or(retry));
        let requests = plan.dispatches.into_iter().map(|dispatch| self.with_bytes(dispatch)).collect();
        Released { answer, requests, effects: plan.effects, changed }
    }

    fn with_bytes(&self, dispatch: Dispatch) -> (Ticket, Request) {
        let Dispatch { ticket, request, stored } = dispatch;
        let bytes = stored.and_then(|slot| self.unsaved.outbox().bytes(slot));
        let body = bytes.map_or_else(|| request.body.clone(), |bytes| Payload::Bytes(bytes.to_vec()));
        (ticket, Request { body, ..request })
    }
}
