//! Gates: a failure that many rows share backs off in one place, not in 100,000 rows (F29).

use serde::{Deserialize, Serialize};

use crate::clock::T;
use crate::delivery::{Growth, Scope};
use crate::entropy::Draws;
use crate::state::is_default;
use crate::wire::Route;

/// One gate. Open at first; the first failure leaves it open, since one row's failure proves nothing about the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Gate {
    /// Failures since the last success.
    pub(crate) failures: u32,
    /// Closed until then.
    pub(crate) until: T,
}

impl Gate {
    fn fail(&mut self, t: T, retry_after_ms: Option<u64>, draws: &mut Draws) {
        self.failures = self.failures.saturating_add(1);
        let own_ms = match self.failures {
            0 | 1 => 0,
            failures => Growth::ORDINARY.wait_ms(failures - 1, draws),
        };
        // A later failure never shortens the pause that a centre asked for.
        self.until = self.until.max(t.after(own_ms.max(retry_after_ms.unwrap_or(0))));
    }
}

/// All gates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Gates {
    #[serde(default, skip_serializing_if = "is_default")]
    primary: Gate,
    #[serde(default, skip_serializing_if = "is_default")]
    second: Gate,
    #[serde(default, skip_serializing_if = "is_default")]
    identity: Gate,
    #[serde(default, skip_serializing_if = "is_default")]
    network: Gate,
    /// Uploads, which have a connection of their own: what they run into holds no text back (INV-5).
    #[serde(default, skip_serializing_if = "is_default")]
    media: Gate,
    /// Over which route an attempt of what must pass last left or failed.
    #[serde(default, skip_serializing_if = "is_default")]
    tried: Option<Route>,
}

impl Gates {
    /// Notes a failure at its scope. A row's own failure touches no gate.
    pub(crate) fn fail(&mut self, scope: Scope, route: Route, t: T, retry_after_ms: Option<u64>, draws: &mut Draws) {
        match scope {
            Scope::Row => {}
            Scope::Route => self.route_mut(route).fail(t, retry_after_ms, draws),
            Scope::Identity => {
                // Asking again with the same token helps nobody (F31): the gate closes with the first refusal.
                self.identity.failures = self.identity.failures.max(1);
                self.identity.fail(t, retry_after_ms, draws);
            }
            Scope::Network => self.network.fail(t, retry_after_ms, draws),
        }
    }

    /// Notes that something arrived over a route. What belongs to an SOS goes without credentials, too, and so proves nothing
    /// about the identity (F31).
    pub(crate) fn succeed(&mut self, route: Route, with_identity: bool) {
        *self.route_mut(route) = Gate::default();
        self.network = Gate::default();
        if with_identity {
            self.identity = Gate::default();
        }
    }

    /// The network changed: all that failed before may work now. The jitter spreads a bus full of phones that leaves a tunnel.
    pub(crate) fn open_for_new_network(&mut self, t: T, draws: &mut Draws) {
        const JITTER_MS: u64 = 500;
        for gate in [&mut self.primary, &mut self.second, &mut self.network, &mut self.media] {
            if gate.failures > 0 {
                *gate = Gate { failures: 0, until: t.after(draws.up_to(JITTER_MS)) };
            }
        }
    }

    /// The host app has a new token.
    pub(crate) fn open_for_new_identity(&mut self) {
        self.identity = Gate::default();
    }

    /// The moment at which an ordinary row may leave, and over which route: the primary when it is open as early. What belongs
    /// to an SOS, and every read, passes the identity's gate: it goes without credentials, too (F31).
    pub(crate) fn ordinary(&self, second_route: bool, needs_identity: bool) -> (T, Route) {
        let shared = if needs_identity { self.identity.until.max(self.network.until) } else { self.network.until };
        let (until, route) = if second_route && self.second.until < self.primary.until {
            (self.second.until, Route::Second)
        } else {
            (self.primary.until, Route::Primary)
        };
        (until.max(shared), route)
    }

    /// The same for a part of a file.
    pub(crate) fn uploads(&self, second_route: bool) -> (T, Route) {
        let (until, route) = self.ordinary(second_route, false);
        (until.max(self.media.until), route)
    }

    /// Notes a failure that other uploads would run into as well.
    pub(crate) fn upload_failed(&mut self, t: T, retry_after_ms: Option<u64>, draws: &mut Draws) {
        self.media.fail(t, retry_after_ms, draws);
    }

    /// Notes that a part of a file arrived.
    pub(crate) fn upload_passed(&mut self) {
        self.media = Gate::default();
    }

    /// The route of an SOS, a cancel or an escalation: these pass every gate. Each pair of attempts begins with the healthier
    /// route and goes on with the other one: the failure counts alone cannot tell which that is, since the first attempt's
    /// failure changed them.
    pub(crate) const fn must_pass(&self, attempt: u32, second_route: bool) -> Route {
        if !second_route {
            return Route::Primary;
        }
        match (attempt % 2 == 1, self.tried) {
            (true, _) if self.primary.failures <= self.second.failures => Route::Primary,
            (true, _) | (false, Some(Route::Primary) | None) => Route::Second,
            (false, Some(Route::Second)) => Route::Primary,
        }
    }

    /// Notes that an attempt of what must pass leaves over a route, or failed there.
    pub(crate) const fn tried(&mut self, route: Route) {
        self.tried = Some(route);
    }

    const fn route_mut(&mut self, route: Route) -> &mut Gate {
        match route {
            Route::Primary => &mut self.primary,
            Route::Second => &mut self.second,
        }
    }
}
