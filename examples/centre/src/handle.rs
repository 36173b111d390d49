//! Starting and stopping a centre from Rust: for the `centre` program, for tests and for demonstrations.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use siaga_vault::PublicKey;
use tokio::sync::watch;

use crate::desk::Desk;
use crate::server::{self, Listening};
use crate::step::Mark;
use crate::{CentreError, IncidentSummary, TlsIdentity, page};

/// How a centre is set up.
#[derive(Debug, Clone)]
pub struct CentreOptions {
    /// Where the database, the keys and the files of incidents are kept; made when it is not there.
    pub data_dir: PathBuf,
    /// The centre's id, as every receipt names it: 1 to 64 of `a`–`z`, `0`–`9`, `.` and `-`.
    pub centre_id: String,
    /// Where phones are served; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Where the page is served: a loopback address, or nowhere.
    pub page: Option<SocketAddr>,
    /// The certificate; without one phones are served in clear, which is only good for tests behind a proxy.
    pub tls: Option<TlsIdentity>,
    /// How much is done at once.
    pub limits: Limits,
}

impl CentreOptions {
    /// A centre on a loopback port that the system chooses, without TLS and page.
    pub fn new(data_dir: impl Into<PathBuf>, centre_id: impl Into<String>) -> CentreOptions {
        CentreOptions {
            data_dir: data_dir.into(),
            centre_id: centre_id.into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            page: None,
            tls: None,
            limits: Limits::default(),
        }
    }
}

/// How much is done at once; what goes beyond is answered with 503 and `Retry-After` (INV-10).
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Writes being received or stored. One disk commits a few thousand a second, so 256 waiting are a tenth of a second.
    pub writes_at_once: usize,
    /// Reads, long polls included. Apart from the writes, so that waiting phones never keep an SOS out; a poll costs a few KiB.
    pub reads_at_once: usize,
    /// Pieces of files being received. Apart from both, so that media never keep an SOS out. Each holds a thread and half a MiB
    /// while it lasts, and even on a fast line one disk is busy with a few.
    pub uploads_at_once: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { writes_at_once: 256, reads_at_once: 4096, uploads_at_once: 64 }
    }
}

/// The reference dispatch centre.
#[derive(Debug)]
pub struct Centre;

impl Centre {
    /// Opens the data folder and serves on threads of its own.
    ///
    /// # Errors
    /// [`CentreError`] when the folder, an address or the certificate cannot be used; nothing is left running then.
    pub fn start(options: CentreOptions) -> Result<CentreHandle, CentreError> {
        let CentreOptions { data_dir, centre_id, listen, page, tls, limits } = options;
        if !is_centre_id(&centre_id) {
            return Err(CentreError::CentreId(centre_id));
        }
        if let Some(page) = page.filter(|page| !page.ip().is_loopback()) {
            return Err(CentreError::PageNotLoopback(page));
        }
        let tls = tls.as_ref().map(TlsIdentity::server_config).transpose()?;
        let desk = Arc::new(Desk::open(&data_dir, &centre_id)?);
        let (stop, stopped) = watch::channel(false);
        let (api, api_addr) = bind(listen)?;
        let api = Listening { socket: api, tls, router: server::router(desk.clone(), limits, stopped.clone()) };
        let mut listening = vec![api];
        let mut page_addr = None;
        if let Some(address) = page {
            let (socket, bound) = bind(address)?;
            let router = page::router(desk.clone(), stopped.clone());
            listening.push(Listening { socket, tls: None, router });
            page_addr = Some(bound);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("centre")
            .enable_all()
            .build()
            .map_err(CentreError::Thread)?;
        let thread = std::thread::Builder::new()
            .name("centre-main".to_owned())
            .spawn(move || runtime.block_on(server::run(listening, stopped)))
            .map_err(CentreError::Thread)?;
        Ok(CentreHandle { desk, api_addr, page_addr, stop, thread: Some(thread) })
    }
}

/// The form of a centre's id, as phones accept it in their configuration.
fn is_centre_id(id: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    (1..=64).contains(&id.len()) && id.chars().all(is_allowed)
}

fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), CentreError> {
    let bound = (|| {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    })();
    bound.map_err(|source| CentreError::Listen { address, source })
}

/// A running centre. Dropping it stops it.
pub struct CentreHandle {
    desk: Arc<Desk>,
    api_addr: SocketAddr,
    page_addr: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl CentreHandle {
    /// Where phones are served.
    pub fn api_addr(&self) -> SocketAddr {
        self.api_addr
    }

    /// Where the page is served.
    pub fn page_addr(&self) -> Option<SocketAddr> {
        self.page_addr
    }

    /// The root key, as phones carry it in their configuration.
    pub fn root_key(&self) -> PublicKey {
        self.desk.root_key()
    }

    /// The centre's id.
    pub fn centre_id(&self) -> &str {
        self.desk.centre()
    }

    /// Everything that is stored: emergencies first, within them the one with the newest arrival first.
    ///
    /// # Errors
    /// [`CentreError::Database`].
    pub fn incidents(&self) -> Result<Vec<IncidentSummary>, CentreError> {
        self.desk.summaries()
    }

    /// The evidence of an incident, as the page's link saves it: JSON lines, for `citizen verify`.
    ///
    /// # Errors
    /// [`CentreError::NoIncident`], or the database's.
    pub fn evidence(&self, incident: &str) -> Result<String, CentreError> {
        self.desk.evidence(incident)
    }

    /// Sets a step, as the page's button does. A step that stands already is no error.
    ///
    /// # Errors
    /// [`CentreError::NoIncident`], [`CentreError::StepTooLate`], or the database's.
    pub fn mark(&self, incident: &str, step: Mark) -> Result<(), CentreError> {
        self.desk.mark(incident, step)
    }

    /// Makes a new online key that signs from now on; the old ones stay listed and the key set's serial goes up by one.
    ///
    /// # Errors
    /// [`CentreError::File`] when the root key is not in the data folder or the folder cannot be written.
    pub fn rotate_key(&self) -> Result<(), CentreError> {
        self.desk.rotate_key()
    }

    /// Stops taking connections, answers what is under way, and ends.
    pub fn stop(mut self) {
        self.shut_down();
    }

    fn shut_down(&mut self) {
        let _ = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            // A server thread that panicked has nothing more to stop.
            let _ = thread.join();
        }
    }
}

impl Drop for CentreHandle {
    fn drop(&mut self) {
        self.shut_down();
    }
}

impl std::fmt::Debug for CentreHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CentreHandle").field("api", &self.api_addr).field("page", &self.page_addr).finish()
    }
}
