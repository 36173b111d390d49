//! A line that shuts behind so many bytes: then whoever sends is in the middle of something, and can be killed there.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// A line that nothing comes through for so long is stuck: a deadline of the test.
const STUCK: Duration = Duration::from_secs(100);
/// What is carried at once.
const BLOCK_BYTES: usize = 4 * 1024;

#[derive(Default)]
struct State {
    /// Bytes that have passed towards the centre, over all connections.
    passed: u64,
    /// So many may.
    limit: u64,
    /// Somebody sends, and nothing passes any more.
    is_shut: bool,
}

/// The line. It is there until the process ends.
#[derive(Clone)]
pub(crate) struct Valve {
    state: Arc<(Mutex<State>, Condvar)>,
    pub(crate) address: SocketAddr,
}

impl Valve {
    /// To this address, and shut.
    pub(crate) fn to(centre: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let valve = Self { state: Arc::default(), address: listener.local_addr().unwrap() };
        let line = valve.clone();
        thread::spawn(move || {
            for phone in listener.incoming().map_while(Result::ok) {
                let Ok(centre) = TcpStream::connect(centre) else { continue };
                let (there, from, to) = (line.clone(), centre.try_clone().unwrap(), phone.try_clone().unwrap());
                thread::spawn(move || there.carry(phone, centre));
                thread::spawn(move || bring_back(from, to));
            }
        });
        valve
    }

    /// Lets so many bytes pass in all. What waits at the shut line is lost: its sender is dead.
    pub(crate) fn open_to(&self, limit: u64) {
        let mut state = self.state.0.lock().unwrap();
        (state.limit, state.is_shut) = (limit, false);
        self.state.1.notify_all();
    }

    /// Waits until somebody sends beyond the limit.
    pub(crate) fn wait_until_shut(&self) {
        let state = self.state.0.lock().unwrap();
        let (_state, timeout) = self.state.1.wait_timeout_while(state, STUCK, |state| !state.is_shut).unwrap();
        assert!(!timeout.timed_out(), "nobody sends so much");
    }

    pub(crate) fn passed(&self) -> u64 {
        self.state.0.lock().unwrap().passed
    }

    fn carry(&self, mut phone: TcpStream, mut centre: TcpStream) {
        let mut block = [0; BLOCK_BYTES];
        while let Ok(read @ 1..) = phone.read(&mut block) {
            if !self.lets_pass(read) || centre.write_all(&block[..read]).is_err() {
                break;
            }
        }
        let _ = centre.shutdown(Shutdown::Write);
    }

    /// Whether these bytes pass. At a shut line they wait until it is opened again, and are lost.
    fn lets_pass(&self, bytes: usize) -> bool {
        let mut state = self.state.0.lock().unwrap();
        if state.passed < state.limit {
            state.passed += bytes as u64;
            return true;
        }
        state.is_shut = true;
        self.state.1.notify_all();
        drop(self.state.1.wait_while(state, |state| state.is_shut));
        false
    }
}

fn bring_back(mut centre: TcpStream, mut phone: TcpStream) {
    // Either end may be gone at any time.
    let _ = std::io::copy(&mut centre, &mut phone);
    let _ = phone.shutdown(Shutdown::Write);
}
