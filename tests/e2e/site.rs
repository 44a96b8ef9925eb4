//! Serves `dist/` the way a plain static host would: under a path, with the right types, and nothing else.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tiny_http::{Header, Request, Response, Server};

/// Where the page is hosted; not the root, so that an absolute address in the page fails here.
const BASE: &str = "/workshop/overflowing-sink/";

/// A running static server; it stops when dropped.
pub(crate) struct Site {
    server: Arc<Server>,
    worker: Option<JoinHandle<()>>,
}

impl Site {
    /// Serves `dist/` on a free port of this machine.
    pub(crate) fn start() -> Self {
        let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
        assert!(
            dist.join("index.html").is_file(),
            "there is no dist/index.html: run script/build first"
        );
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port on this machine"));
        let worker = thread::spawn({
            let server = Arc::clone(&server);
            move || {
                for request in server.incoming_requests() {
                    answer(request, &dist);
                }
            }
        });
        Self {
            server,
            worker: Some(worker),
        }
    }

    /// Scheme, host and port, without a slash at the end.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.server.server_addr())
    }

    /// The address of the page, ending in a slash.
    pub(crate) fn url(&self) -> String {
        self.origin() + BASE
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(worker) = self.worker.take() {
            // A panic in the worker has been printed; a second one here would hide the test's own.
            let _ = worker.join();
        }
    }
}

fn answer(request: Request, dist: &Path) {
    let file = file_for(request.url(), dist).and_then(|path| Some((fs::read(&path).ok()?, path)));
    // The browser may hang up early, for example when a test ends; that is not an error.
    let _ = match file {
        Some((body, path)) => {
            let header = Header::from_bytes("Content-Type", content_type(&path))
                .expect("content types are ASCII");
            request.respond(Response::from_data(body).with_header(header))
        }
        None => request.respond(Response::from_string("not found").with_status_code(404)),
    };
}

/// The file in `dist` that `url` names, if it is under the base and does not climb out.
fn file_for(url: &str, dist: &Path) -> Option<PathBuf> {
    let path = url.split('?').next()?.strip_prefix(BASE)?;
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    path.components()
        .all(|part| matches!(part, Component::Normal(_)))
        .then(|| dist.join(path))
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
