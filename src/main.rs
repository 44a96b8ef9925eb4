//! In the browser the playground; in a terminal a small command line over the same library.

#[cfg(target_arch = "wasm32")]
#[yew::component]
fn App() -> yew::Html {
    yew::html! { <main><h1>{ "Overflowing Sink" }</h1></main> }
}

#[cfg(target_arch = "wasm32")]
fn main() {
    yew::Renderer::<App>::new().render();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    overflowing_sink::command_line::main()
}
