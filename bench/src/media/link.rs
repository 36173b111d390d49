//! A thin link between citizen and centre: one queue each way for all connections, and what came first goes first, as in a
//! phone's modem. It keeps whatever it is given, so that an SOS finds before it all that the phone has let out.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::row::Stop;

/// What goes at once: a packet of Ethernet's length.
const PACKET_BYTES: usize = 1_400;

/// The thin link. Its threads end with the program.
pub(super) struct Link {
    address: SocketAddr,
}

/// A packet, or none for the end of its connection, and where it goes.
type Packet = (Arc<TcpStream>, Vec<u8>);

impl Link {
    /// Listens on a free port of this machine, and passes on so many bytes a second each way.
    pub(super) fn before(centre: SocketAddr, bytes_per_s: u32) -> Result<Self, Stop> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (up, down) = (way(bytes_per_s), way(bytes_per_s));
        let _ = thread::spawn(move || {
            for citizen in listener.incoming().flatten() {
                // A connection that cannot be made is one that breaks.
                let _ = join(citizen, centre, &up, &down);
            }
        });
        Ok(Self { address })
    }

    /// Where the citizen believes the centre to be.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }
}

/// One direction.
fn way(bytes_per_s: u32) -> Sender<Packet> {
    let (sender, packets) = channel();
    let _ = thread::spawn(move || carry(&packets, bytes_per_s));
    sender
}

/// A packet arrives when its last bit has left.
fn carry(packets: &Receiver<Packet>, bytes_per_s: u32) {
    let mut free_at = Instant::now();
    for (to, packet) in packets {
        // A packet is far below 2³².
        let length = u32::try_from(packet.len()).unwrap_or(u32::MAX);
        free_at = free_at.max(Instant::now()) + Duration::from_secs(1) * length / bytes_per_s;
        thread::sleep(free_at.saturating_duration_since(Instant::now()));
        // Either side may break off at any time: that is what networks do.
        let _ = if packet.is_empty() { to.shutdown(Shutdown::Write) } else { (&*to).write_all(&packet) };
    }
}

fn join(citizen: TcpStream, centre: SocketAddr, up: &Sender<Packet>, down: &Sender<Packet>) -> std::io::Result<()> {
    let (citizen, centre) = (Arc::new(citizen), Arc::new(TcpStream::connect(centre)?));
    for (from, to, way) in [(&citizen, &centre, up), (&centre, &citizen, down)] {
        to.set_nodelay(true)?;
        let (from, to, way) = (Arc::clone(from), Arc::clone(to), way.clone());
        let _ = thread::spawn(move || {
            let mut packet = vec![0; PACKET_BYTES];
            // A connection that breaks ends like any other.
            while let Ok(read) = (&*from).read(&mut packet) {
                let bytes = packet.get(..read).unwrap_or_default().to_vec();
                if way.send((Arc::clone(&to), bytes)).is_err() || read == 0 {
                    return;
                }
            }
            let _ = way.send((to, Vec::new()));
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_connections_share_the_link_and_it_takes_its_time() {
        let centre = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let link = Link::before(centre.local_addr().unwrap(), 100_000).unwrap();
        let begun = Instant::now();
        let connect = || {
            let citizen = TcpStream::connect(link.address()).unwrap();
            (citizen, centre.accept().unwrap().0)
        };
        let ((mut first, mut first_at_centre), (mut second, mut second_at_centre)) = (connect(), connect());
        first.write_all(&[1; 5_000]).unwrap();
        second.write_all(&[2; 5_000]).unwrap();
        drop((first, second));
        let (mut one, mut two) = (Vec::new(), Vec::new());
        let _ = first_at_centre.read_to_end(&mut one).unwrap();
        let _ = second_at_centre.read_to_end(&mut two).unwrap();
        assert_eq!((one, two), (vec![1; 5_000], vec![2; 5_000]));
        assert!(begun.elapsed() >= Duration::from_millis(100), "10,000 bytes at 100,000 a second");
    }
}
