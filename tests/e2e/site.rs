//! Serves `dist/` the way a plain static host would: under a path, with the right types, and nothing else; or as a host
//! that compresses what it sends.

#![allow(
    dead_code,
    reason = "several test targets share the fixture and not all compress"
)]

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tiny_http::{Request, Server};

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
            let files = Arc::new(files);
            move || {
                for request in server.incoming_requests() {
                    let files = Arc::clone(&files);
                    // A file that a browser is in no hurry to take must not keep it waiting for the next one.
                    thread::spawn(move || answer(request, &files));
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

/// Answers, and asks the browser to hang up: the server's threads are as many as its first connections, and one that is
/// kept open without a use can leave the next one without a thread.
fn answer(request: Request, files: &Files) {
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
    let coding = match brotli {
        Some(_) => "Content-Encoding: br\r\n",
        None => "",
    };
    let body = match (path.as_ref(), brotli) {
        (Some(_), Some(brotli)) => Some(brotli.clone()),
        (Some(path), None) => fs::read(path).ok(),
        (None, _) => None,
    };
    let status = if body.is_some() {
        "200 OK"
    } else {
        "404 Not Found"
    };
    let body = body.unwrap_or_else(|| b"not found".to_vec());
    let kind = path.as_deref().map_or("text/plain", content_type);
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{coding}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut writer = request.into_writer();
    // The browser may hang up early, for example when a test ends; that is not an error.
    let _ = writer
        .write_all(head.as_bytes())
        .and_then(|()| writer.write_all(&body))
        .and_then(|()| writer.flush());
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
