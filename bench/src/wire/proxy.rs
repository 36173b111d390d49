//! A port between citizen and centre that counts what goes through: the payload of TCP, so TLS records and all.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::row::Stop;

/// The largest TLS record with its header (RFC 8446, section 5.2).
const RECORD_BYTES: usize = 16 * 1_024 + 256 + 5;

/// The counting port. Its threads end with the connections, and the listening one with the program.
pub(super) struct Proxy {
    address: SocketAddr,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    up: AtomicU64,
    down: AtomicU64,
}

/// Bytes that went through, by direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    /// From the citizen to the centre.
    pub(super) up: u64,
    /// From the centre to the citizen.
    pub(super) down: u64,
}

impl Passed {
    /// What passed since an earlier count.
    pub(super) const fn since(self, before: Self) -> Self {
        Self { up: self.up.saturating_sub(before.up), down: self.down.saturating_sub(before.down) }
    }

    /// Both directions.
    pub(super) const fn both(self) -> u64 {
        self.up.saturating_add(self.down)
    }

    /// Both directions, as a row has it.
    pub(super) const fn both_as_figure(self) -> f64 {
        // A few thousand bytes: exact as a float.
        #[allow(clippy::cast_precision_loss)]
        let figure = self.both() as f64;
        figure
    }
}

impl Proxy {
    /// Listens on a free port of this machine and passes everything on to `centre`.
    pub(super) fn before(centre: SocketAddr) -> Result<Self, Stop> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        let _ = thread::spawn(move || {
            for citizen in listener.incoming().flatten() {
                // A connection that cannot be made is one that breaks.
                let _ = forward(&citizen, centre, &counted);
            }
        });
        Ok(Self { address, counts })
    }

    /// Where the citizen believes the centre to be.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What passed so far.
    pub(super) fn passed(&self) -> Passed {
        Passed { up: self.counts.up.load(Ordering::SeqCst), down: self.counts.down.load(Ordering::SeqCst) }
    }
}

fn forward(citizen: &TcpStream, centre: SocketAddr, counts: &Arc<Counts>) -> std::io::Result<()> {
    let centre = TcpStream::connect(centre)?;
    let (up, down): (Which, Which) = (|counts| &counts.up, |counts| &counts.down);
    for (from, to, which) in [(citizen, &centre, up), (&centre, citizen, down)] {
        to.set_nodelay(true)?;
        let (from, to, counts) = (from.try_clone()?, to.try_clone()?, Arc::clone(counts));
        let _ = thread::spawn(move || {
            // Either side may break off at any time: that is what networks do.
            let _ = copy(&from, &to, which(&counts));
            let _ = to.shutdown(Shutdown::Write);
        });
    }
    Ok(())
}

type Which = fn(&Counts) -> &AtomicU64;

fn copy(mut from: &TcpStream, mut to: &TcpStream, count: &AtomicU64) -> std::io::Result<()> {
    let mut buffer = vec![0; RECORD_BYTES];
    loop {
        let read = from.read(&mut buffer)?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { return Ok(()) };
        // Counted before it is passed on: whoever sees its effect sees it counted.
        let _ = count.fetch_add(piece.len() as u64, Ordering::SeqCst);
        to.write_all(piece)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxy_passes_both_ways_and_counts_each_way_apart() {
        let centre = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let proxy = Proxy::before(centre.local_addr().unwrap()).unwrap();
        let mut citizen = TcpStream::connect(proxy.address()).unwrap();
        citizen.write_all(b"four").unwrap();
        let (mut at_centre, _) = centre.accept().unwrap();
        let mut heard = [0; 4];
        at_centre.read_exact(&mut heard).unwrap();
        at_centre.write_all(b"answer").unwrap();
        let mut answer = [0; 6];
        citizen.read_exact(&mut answer).unwrap();
        assert_eq!((&heard, &answer), (b"four", b"answer"));
        assert_eq!(proxy.passed(), Passed { up: 4, down: 6 });
        assert_eq!(proxy.passed().since(Passed { up: 1, down: 6 }), Passed { up: 3, down: 0 });
    }
}
