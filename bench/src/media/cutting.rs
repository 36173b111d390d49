//! A link between citizen and centre that counts what the citizen sends, and breaks connections.
//!
//! What is in flight when a link breaks is lost, whoever sends it. So the link has a size: some 50 KB, which are on their way at
//! 20 Mbit/s, a good LTE uplink, with a round trip of 20 ms. Loopback would take some MB for arrived that nobody has read.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::net::TcpSocket;

use crate::row::Stop;

/// What is passed on at once: the largest TLS record, without its head.
const PIECE_BYTES: usize = 16 * 1_024;

/// What Linux is asked to keep unread beside that. It rounds: at a cut there are 32 to 40 KiB of it.
const UNREAD_BYTES: u32 = 48 * 1_024;

/// More than that.
const LOOK_BYTES: usize = 1_024 * 1_024;

/// Connections that wait to be accepted: one phone has a few.
const BACKLOG: u32 = 16;

/// The breaking link. Its threads end with the connections, and the listening one with the program.
pub(super) struct Cutting {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Bytes that came from the citizen, also those that were lost in a cut.
    up: AtomicU64,
    /// Those that were lost in cuts.
    lost: AtomicU64,
    /// After how many of them connections are cut; the next one first.
    cuts: Mutex<VecDeque<u64>>,
}

impl Cutting {
    /// Listens on a free port of this machine and passes everything on to `centre`.
    pub(super) fn before(centre: SocketAddr) -> Result<Self, Stop> {
        let listener = listener()?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let _ = thread::spawn(move || {
            for citizen in listener.incoming().flatten() {
                // A connection that cannot be made is one that breaks.
                let _ = forward(&citizen, centre, &shared);
            }
        });
        Ok(Self { address, state })
    }

    /// Where the citizen believes the centre to be.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many bytes came from the citizen so far.
    pub(super) fn up(&self) -> u64 {
        self.state.up.load(Ordering::SeqCst)
    }

    /// How many of them were lost in cuts.
    pub(super) fn lost(&self) -> u64 {
        self.state.lost.load(Ordering::SeqCst)
    }

    /// Cuts the connection that brings this byte from now on, for each of these.
    pub(super) fn cut_after(&self, bytes: impl IntoIterator<Item = u64>) {
        let up = self.up();
        let mut cuts = self.state.cuts.lock().unwrap_or_else(PoisonError::into_inner);
        *cuts = bytes.into_iter().map(|bytes| up.saturating_add(bytes)).collect();
    }

    /// How many cuts have not come yet.
    pub(super) fn cuts_left(&self) -> usize {
        self.state.cuts.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl State {
    /// Counts these bytes; whether one of them is the one.
    fn count(&self, bytes: usize) -> bool {
        let up = self.up.fetch_add(bytes as u64, Ordering::SeqCst).saturating_add(bytes as u64);
        let mut cuts = self.cuts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_cut = cuts.front().is_some_and(|next| *next <= up);
        if is_cut {
            let _ = cuts.pop_front();
        }
        is_cut
    }
}

/// Connections that it accepts have its small buffer from their beginning, or they would offer more.
fn listener() -> Result<TcpListener, Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let _inside = runtime.enter();
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(UNREAD_BYTES)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let listener = socket.listen(BACKLOG)?.into_std()?;
    listener.set_nonblocking(false)?;
    Ok(listener)
}

fn forward(citizen: &TcpStream, centre: SocketAddr, state: &Arc<State>) -> std::io::Result<()> {
    let centre = TcpStream::connect(centre)?;
    centre.set_nodelay(true)?;
    citizen.set_nodelay(true)?;
    let (up_from, up_to) = (citizen.try_clone()?, centre.try_clone()?);
    let (down_from, down_to) = (centre, citizen.try_clone()?);
    let state = Arc::clone(state);
    // Either side may break off at any time: that is what networks do.
    let _ = thread::spawn(move || {
        let _ = bring_up(&up_from, &up_to, &state);
        let _ = up_to.shutdown(Shutdown::Write);
    });
    let _ = thread::spawn(move || {
        let _ = std::io::copy(&mut &down_from, &mut &down_to);
        let _ = down_to.shutdown(Shutdown::Write);
    });
    Ok(())
}

fn bring_up(mut citizen: &TcpStream, mut centre: &TcpStream, state: &State) -> std::io::Result<()> {
    let mut buffer = vec![0; PIECE_BYTES];
    loop {
        let read = citizen.read(&mut buffer)?;
        let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { return Ok(()) };
        if state.count(piece.len()) {
            return cut(citizen, piece.len(), state);
        }
        centre.write_all(piece)?;
    }
}

/// Loses what the citizen's system has sent and nobody has read yet, and what it sends from now on. What was passed on before
/// still arrives, as on a link whose other half is whole.
fn cut(citizen: &TcpStream, in_hand: usize, state: &State) -> std::io::Result<()> {
    citizen.set_nonblocking(true)?;
    let unread = citizen.peek(&mut vec![0; LOOK_BYTES]).unwrap_or(0);
    let _ = state.up.fetch_add(unread as u64, Ordering::SeqCst);
    let _ = state.lost.fetch_add(in_hand.saturating_add(unread) as u64, Ordering::SeqCst);
    citizen.shutdown(Shutdown::Both)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_connection_that_brings_the_byte_is_cut_and_the_next_one_is_whole() {
        let centre = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let link = Cutting::before(centre.local_addr().unwrap()).unwrap();
        link.cut_after([6]);
        let mut citizen = TcpStream::connect(link.address()).unwrap();
        let (mut at_centre, _) = centre.accept().unwrap();
        citizen.write_all(b"four").unwrap();
        let mut heard = [0; 4];
        at_centre.read_exact(&mut heard).unwrap();
        citizen.write_all(b"lost").unwrap();
        assert_eq!(at_centre.read(&mut heard).unwrap(), 0, "the centre hears the end and nothing behind the cut");
        assert_eq!(citizen.read(&mut heard).unwrap_or(0), 0);
        assert_eq!((link.up(), link.lost(), link.cuts_left()), (8, 4, 0));
        let mut citizen = TcpStream::connect(link.address()).unwrap();
        let (mut at_centre, _) = centre.accept().unwrap();
        citizen.write_all(b"more").unwrap();
        at_centre.read_exact(&mut heard).unwrap();
        assert_eq!((&heard, link.up()), (b"more", 12));
    }
}
