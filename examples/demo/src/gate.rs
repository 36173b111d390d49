//! The network between citizen and centre: a port that refuses connections until it is opened, and counts bytes afterwards.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use socket2::{Domain, Socket, Type};

use crate::fault::Fault;

/// A gate that is still closed: its port is taken, and whoever connects is refused.
pub(crate) struct ClosedGate {
    socket: Socket,
    address: SocketAddr,
}

/// An open gate.
pub(crate) struct OpenGate {
    line: Arc<Line>,
}

/// What all connections of an open gate share.
#[derive(Default)]
struct Line {
    bytes: AtomicU64,
    /// How many connections still break …
    cuts: AtomicU64,
    /// … each after so many bytes towards the centre.
    after: AtomicU64,
}

impl ClosedGate {
    /// Takes a free port of this machine.
    pub(crate) fn new() -> Result<Self, Fault> {
        let taken = || {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
            socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
            let address = socket.local_addr()?.as_socket();
            address.map(|address| Self { socket, address }).ok_or_else(|| std::io::Error::other("no address"))
        };
        taken().map_err(Fault::system("taking a port"))
    }

    /// Where the citizen believes the centre to be.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets connections through to `centre` from now on.
    pub(crate) fn open(&self, centre: SocketAddr) -> Result<OpenGate, Fault> {
        let listening = || {
            self.socket.listen(16)?;
            self.socket.try_clone().map(TcpListener::from)
        };
        let listener = listening().map_err(Fault::system("opening the network"))?;
        let line = Arc::new(Line::default());
        let shared = Arc::clone(&line);
        // The threads end with the program.
        let _ = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A connection that cannot be made is one that breaks.
                let _ = forward(&stream, centre, &shared);
            }
        });
        Ok(OpenGate { line })
    }
}

impl OpenGate {
    /// Bytes that went through so far, both ways: the payload of TCP, so TLS records and all.
    pub(crate) fn bytes(&self) -> u64 {
        self.line.bytes.load(Ordering::SeqCst)
    }

    /// Breaks so many connections from now on, each when it has carried so many bytes towards the centre.
    pub(crate) fn cut(&self, times: u64, after_bytes: u64) {
        self.line.after.store(after_bytes, Ordering::SeqCst);
        self.line.cuts.store(times, Ordering::SeqCst);
    }

    /// How many connections have still to break.
    pub(crate) fn cuts_left(&self) -> u64 {
        self.line.cuts.load(Ordering::SeqCst)
    }
}

impl Line {
    /// Whether a connection that has carried so much breaks now.
    fn breaks(&self, carried: u64) -> bool {
        let one_less = |cuts: u64| cuts.checked_sub(1);
        carried >= self.after.load(Ordering::SeqCst)
            && self.cuts.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok()
    }
}

fn forward(citizen: &TcpStream, centre: SocketAddr, line: &Arc<Line>) -> std::io::Result<()> {
    let centre = TcpStream::connect(centre)?;
    for (from, to, breaks) in [(citizen, &centre, true), (&centre, citizen, false)] {
        to.set_nodelay(true)?;
        let (from, to, line) = (from.try_clone()?, to.try_clone()?, Arc::clone(line));
        let _ = thread::spawn(move || {
            // Either side may break off at any time: that is what networks do.
            let _ = copy(&from, &to, &line, breaks);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
    Ok(())
}

fn copy(mut from: &TcpStream, mut to: &TcpStream, line: &Line, breaks: bool) -> std::io::Result<()> {
    // The largest TLS record.
    let mut buffer = vec![0; 16 * 1_024];
    let mut carried = 0_u64;
    loop {
        let count = from.read(&mut buffer)?;
        let Some(piece) = buffer.get(..count).filter(|piece| !piece.is_empty()) else { return Ok(()) };
        // Counted before it is passed on: whoever sees its effect sees it counted.
        let _ = line.bytes.fetch_add(count as u64, Ordering::SeqCst);
        to.write_all(piece)?;
        carried = carried.saturating_add(count as u64);
        if breaks && line.breaks(carried) {
            return from.shutdown(Shutdown::Both);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_gate_refuses_and_an_open_one_passes_and_counts_both_ways() {
        let centre = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let gate = ClosedGate::new().unwrap();
        let refused = TcpStream::connect(gate.address()).unwrap_err();
        assert_eq!(refused.kind(), std::io::ErrorKind::ConnectionRefused);

        let open = gate.open(centre.local_addr().unwrap()).unwrap();
        let mut citizen = TcpStream::connect(gate.address()).unwrap();
        citizen.write_all(b"four").unwrap();
        let (mut at_centre, _) = centre.accept().unwrap();
        let mut heard = [0; 4];
        at_centre.read_exact(&mut heard).unwrap();
        at_centre.write_all(b"answer").unwrap();
        let mut answer = [0; 6];
        citizen.read_exact(&mut answer).unwrap();
        assert_eq!((&heard, &answer, open.bytes()), (b"four", b"answer", 10));
    }

    #[test]
    fn a_connection_breaks_when_it_has_carried_enough_and_as_often_as_asked() {
        let centre = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let gate = ClosedGate::new().unwrap();
        let open = gate.open(centre.local_addr().unwrap()).unwrap();
        open.cut(1, 10);
        let mut heard = Vec::new();
        let mut citizen = TcpStream::connect(gate.address()).unwrap();
        let (mut at_centre, _) = centre.accept().unwrap();
        citizen.write_all(b"0123456789").unwrap();
        at_centre.read_to_end(&mut heard).unwrap();
        assert_eq!((heard.as_slice(), open.cuts_left()), (b"0123456789".as_slice(), 0));

        let mut citizen = TcpStream::connect(gate.address()).unwrap();
        let (mut at_centre, _) = centre.accept().unwrap();
        citizen.write_all(b"0123456789").unwrap();
        citizen.shutdown(Shutdown::Write).unwrap();
        heard.clear();
        at_centre.read_to_end(&mut heard).unwrap();
        assert_eq!(heard, b"0123456789");
    }
}
