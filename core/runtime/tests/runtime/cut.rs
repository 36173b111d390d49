//! A line to the centre that breaks in the middle of large requests.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The line; its threads end with the test.
pub(crate) struct CutLine {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
}

struct State {
    centre: SocketAddr,
    /// A connection breaks after so many bytes towards the centre …
    after_bytes: u64,
    /// … as long as this is not 0.
    cuts_left: AtomicUsize,
    towards_centre: AtomicU64,
}

impl CutLine {
    /// A line that breaks so many times, each time after so many bytes of one connection.
    pub(crate) fn before(centre: SocketAddr, cuts: usize, after_bytes: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (cuts_left, towards_centre) = (AtomicUsize::new(cuts), AtomicU64::new(0));
        let state = Arc::new(State { centre, after_bytes, cuts_left, towards_centre });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for phone in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || carry(phone, &state));
            }
        });
        Self { address, state }
    }

    /// Bytes that reached the centre.
    pub(crate) fn bytes(&self) -> u64 {
        self.state.towards_centre.load(Ordering::SeqCst)
    }

    pub(crate) fn cuts_left(&self) -> usize {
        self.state.cuts_left.load(Ordering::SeqCst)
    }
}

fn carry(phone: TcpStream, state: &State) {
    let Ok(centre) = TcpStream::connect(state.centre) else { return };
    let (mut from_centre, mut to_phone) = (centre.try_clone().unwrap(), phone.try_clone().unwrap());
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_centre, &mut to_phone);
        let _ = to_phone.shutdown(Shutdown::Both);
    });
    let (mut from_phone, mut to_centre) = (phone, centre);
    let (mut block, mut carried) = ([0; 4_096], 0);
    while let Ok(count) = from_phone.read(&mut block) {
        if count == 0 || to_centre.write_all(&block[..count]).is_err() {
            break;
        }
        carried += count as u64;
        state.towards_centre.fetch_add(count as u64, Ordering::SeqCst);
        let cut = |left: usize| left.checked_sub(1);
        if carried >= state.after_bytes && state.cuts_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, cut).is_ok()
        {
            break;
        }
    }
    let _ = to_centre.shutdown(Shutdown::Both);
    let _ = from_phone.shutdown(Shutdown::Both);
}
