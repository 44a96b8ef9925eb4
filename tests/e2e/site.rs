//! Serves `dist/` the way a plain static host would: under a path, with the right types, and nothing else; or as a host
//! that compresses what it sends.

#![allow(
    dead_code,
    reason = "several test targets share the fixture and not all compress"
)]

use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
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
        Self::serve(Files {
            dist: dist(),
            compressed: HashMap::new(),
        })
    }

    /// Serves `dist/` in brotli, compressed beforehand as hosts do.
    pub(crate) fn start_compressed() -> Self {
        let dist = dist();
        let compressed = files_under(&dist).into_iter().map(|path| {
            let brotli = Command::new("brotli")
                .args(["-q", "11", "-c"])
                .arg(&path)
                .output();
            let brotli = brotli.expect("brotli is installed: run script/setup");
            assert!(brotli.status.success(), "brotli {}", path.display());
            (path, brotli.stdout)
        });
        let compressed = compressed.collect();
        Self::serve(Files { dist, compressed })
    }

    fn serve(files: Files) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port on this machine"));
        let worker = thread::spawn({
            let server = Arc::clone(&server);
            move || {
                for request in server.incoming_requests() {
                    answer(request, &files);
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

/// What is served; a file that is not among the compressed ones is sent as it is.
struct Files {
    dist: PathBuf,
    compressed: HashMap<PathBuf, Vec<u8>>,
}

fn dist() -> PathBuf {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    assert!(
        dist.join("index.html").is_file(),
        "there is no dist/index.html: run script/build first"
    );
    dist
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files_under(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn answer(request: Request, files: &Files) {
    let header = |name: &str, value: &str| {
        Header::from_bytes(name, value).expect("names and values of headers are ASCII")
    };
    let accepts = |coding: &str| {
        let mut headers = request.headers().iter();
        headers.any(|header| {
            header.field.equiv("Accept-Encoding") && header.value.as_str().contains(coding)
        })
    };
    let path = file_for(request.url(), &files.dist);
    let brotli = path
        .as_ref()
        .and_then(|path| files.compressed.get(path))
        .filter(|_| accepts("br"));
    let response = match (path.as_ref(), brotli) {
        (Some(path), Some(brotli)) => Some(
            Response::from_data(brotli.clone())
                .with_header(header("Content-Type", content_type(path)))
                .with_header(header("Content-Encoding", "br")),
        ),
        (Some(path), None) => fs::read(path).ok().map(|body| {
            Response::from_data(body).with_header(header("Content-Type", content_type(path)))
        }),
        (None, _) => None,
    };
    let response =
        response.unwrap_or_else(|| Response::from_data("not found").with_status_code(404));
    // The browser may hang up early, for example when a test ends; that is not an error.
    let _ = request.respond(response);
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
