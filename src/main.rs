//! In the browser the playground; in a terminal a small command line over the same library.

#[cfg(target_arch = "wasm32")]
fn main() {
    overflowing_sink::ui::app::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    overflowing_sink::command_line::main()
}
