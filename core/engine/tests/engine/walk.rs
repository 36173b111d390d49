//! Random walks: anything may happen in any order, and then the world heals. Whatever happened, every SOS and every cancel is
//! at the centre in the end, and nothing is lost.

use std::collections::BTreeSet;

use siaga_engine::outbox::{Kind, Lane};
use siaga_engine::wire::{Failure, Reply};
use siaga_engine::{Answer, CancelAuth, Event, PressAnswer, Source};

use crate::world::centre::{page, problem, signed, status};
use crate::world::{Flight, World, delivers, gnss};

/// Enough walks that every pair of inputs meets often; few enough that the whole binary stays quick.
const WALKS: u64 = 240;
const INPUTS: u32 = 150;

/// A small generator (xorshift64*): the walks must be the same on every machine.
struct Dice(u64);

impl Dice {
    const fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32) % sides
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { from.get(self.roll(from.len() as u64) as usize) }
    }
}

#[test]
fn whatever_happens_every_sos_arrives_and_nothing_is_lost_inv_2_inv_3_inv_13() {
    std::thread::scope(|scope| {
        for half in 0..2 {
            let _ = scope.spawn(move || (0..WALKS / 2).for_each(|walk| Walk::new(walk * 2 + half).run()));
        }
    });
}

struct Walk {
    seed: u64,
    dice: Dice,
    world: World,
    /// Flights whose process died, or whose lease ended: their replies may still come.
    stray: Vec<Flight>,
    /// What the citizen was promised: incidents of SOS, and how many cancels.
    sos: Vec<String>,
    cancels: usize,
}

impl Walk {
    fn new(seed: u64) -> Self {
        let mut world = World::seeded(seed + 1, |config| config.second_route = seed.is_multiple_of(3));
        world.read_every = 10;
        let dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        Self { seed, dice, world, stray: Vec::new(), sos: Vec::new(), cancels: 0 }
    }

    fn run(mut self) {
        let _ = self.world.step(Event::Opened);
        for _ in 0..INPUTS {
            self.input();
        }
        self.heal();
    }

    fn input(&mut self) {
        match self.dice.roll(100) {
            0..14 => self.press(),
            14..16 => drop(self.world.step(Event::DrillStarted)),
            16..20 => self.cancel(),
            20..23 => self.report(),
            23..33 => self.fix(),
            33..43 => {
                let ms = 1 << self.dice.roll(22);
                self.world.advance(ms);
                let _ = self.world.step(Event::Woke);
            }
            43..45 => self.hand_over(),
            45..60 => {
                if self.world.wake.is_some() {
                    self.world.wake();
                }
            }
            60..88 => self.end(),
            88..91 => self.stray(),
            91..93 => drop(self.world.step(Event::NetworkChanged)),
            93 => drop(self.world.step(Event::PushReceived)),
            94 => drop(self.world.step(Event::IdentityChanged)),
            95..97 => {
                let lost = self.world.kill_and_restart();
                self.stray.extend(lost);
            }
            97 => {
                let off_ms = self.dice.roll(10_000_000);
                let lost = self.world.reboot(off_ms);
                self.stray.extend(lost);
            }
            98 => self.world.wall_ms += self.dice.roll(4_000_000_000) as i64 - 2_000_000_000,
            _ => self.world.since_boot_ms = self.world.since_boot_ms.saturating_sub(self.dice.roll(10_000)),
        }
    }

    /// The process sleeps for a while, and the platform carries what it had in flight: until then, or until another process.
    fn hand_over(&mut self) {
        let _ = self.world.step(Event::TransfersTaken);
        let carried = std::mem::take(&mut self.world.flights);
        self.stray.extend(carried);
        let ms = 1 << self.dice.roll(22);
        self.world.advance(ms);
        let _ = self.world.step(Event::Woke);
    }

    fn press(&mut self) {
        for _ in 0..self.dice.roll(4) {
            self.world.advance(150);
            if let PressAnswer::Triggered { incident } = self.world.press(Source::Screen) {
                self.sos.push(incident.to_string());
            }
        }
    }

    fn cancel(&mut self) {
        if let Answer::Cancelled(_) = self.world.step(Event::Cancelled(CancelAuth::Code("1234".to_owned()))) {
            self.cancels += 1;
        }
    }

    fn report(&mut self) {
        let _ = self.world.report();
    }

    fn fix(&mut self) {
        let (lat, lon) = (self.dice.roll(180) as f64 - 90.0, self.dice.roll(360) as f64 - 180.0);
        let age_ms = self.dice.roll(20_000);
        self.world.locate(gnss(lat / 100.0, lon / 100.0, age_ms));
    }

    fn end(&mut self) {
        let Some(flight) = self.dice.pick(&self.world.flights).cloned() else { return };
        match self.dice.roll(10) {
            0..3 => self.world.deliver(&flight),
            3 => {
                // The centre stored it, and the reply is lost.
                let _ = self.world.centre.reply(&flight, self.world.wall_ms);
                self.world.end(&flight, Err(Failure::Broken));
            }
            4..7 => {
                let failure = [Failure::Offline, Failure::Dns, Failure::TimedOut, Failure::Tls, Failure::Connect]
                    [self.dice.roll(5) as usize];
                self.world.end(&flight, Err(failure));
            }
            _ => {
                let reply = self.hostile(&flight);
                self.world.reply(&flight, reply);
            }
        }
    }

    fn hostile(&mut self, flight: &Flight) -> Reply {
        let foreign = crate::world::centre::key(9);
        match self.dice.roll(14) {
            0 => page(200),
            1 => page(302),
            2 => page(403),
            3 => page(401),
            4 => problem(401, "needs-identity"),
            5 => problem(422, "refused"),
            6 => problem(409, "other-bytes"),
            7 => problem(400, "digest-mismatch"),
            8 => Reply { retry_after_ms: Some(86_400_000), ..status(503) },
            9 => Reply { retry_after_ms: Some(7_000), ..problem(429, "overloaded") },
            10 => signed(200, "not.a.receipt"),
            11 if flight.is_put() => {
                signed(201, &foreign.sign_receipt(&crate::world::centre::claims(flight), self.world.wall_ms))
            }
            12 => problem(404, "not-found"),
            _ => problem(413, "too-large"),
        }
    }

    /// A reply to a flight of another life: true, or a failure.
    fn stray(&mut self) {
        let Some(flight) = self.dice.pick(&self.stray).cloned() else { return };
        if self.dice.roll(2) == 0 {
            self.world.deliver(&flight);
        } else {
            self.world.end(&flight, Err(Failure::TimedOut));
        }
    }

    fn heal(mut self) {
        let seed = self.seed;
        let _ = self.world.step(Event::NetworkChanged);
        let _ = self.world.step(Event::IdentityChanged);
        self.world.run_for(2 * 60_000, delivers);
        for lane in [Lane::Sos, Lane::Urgent] {
            assert!(self.world.rows(lane).is_empty(), "walk {seed}: {lane:?} is not empty after two minutes");
        }
        self.world.run_for(18 * 60_000, delivers);
        let left: Vec<_> = self.world.outbox.rows().filter(|row| row.slot.lane().is_some()).collect();
        assert!(left.is_empty(), "walk {seed}: {left:?}");
        for sos in &self.sos {
            assert!(self.world.arrived(sos), "walk {seed}: the SOS {sos} is lost");
        }
        let stored = self.world.centre.stored.values().filter_map(|(bytes, _)| cancel(bytes));
        // The cancel of a drill is an ordinary row, which a centre may refuse, even after it stored it.
        let refused = self.world.parked().into_iter().filter(|row| row.kind == Kind::Cancel);
        let mut cancels: BTreeSet<String> = stored.collect();
        cancels.extend(refused.map(|row| row.event.to_string()));
        assert_eq!(cancels.len(), self.cancels, "walk {seed}: cancels");
        self.world.assert_nothing_lost();
    }
}

/// The event of a cancel; of one that was given another id, the one before, so that a cancel counts once.
fn cancel(bytes: &[u8]) -> Option<String> {
    let envelope: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let event = envelope["body"]["replaces"].as_str().or(envelope["event"].as_str());
    (envelope["kind"] == "cancel").then(|| event.unwrap().to_owned())
}
