//! Takes a picture of the built page; `script/screenshot` says how to call it.

mod driver;
mod page;
mod site;

use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::{Arg, Parser, ValueExt};
use page::Page;

struct Picture {
    fragment: String,
    width: u32,
    height: u32,
    dark: bool,
    full: bool,
    run: Option<String>,
    wait: Option<String>,
    play_seconds: Option<f64>,
    out: PathBuf,
}

fn main() -> ExitCode {
    match parse(Parser::from_env()) {
        Ok(picture) => {
            take(&picture);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}; see the head of script/screenshot");
            ExitCode::from(2)
        }
    }
}

fn parse(mut parser: Parser) -> Result<Picture, lexopt::Error> {
    let mut picture = Picture {
        fragment: String::new(),
        width: 1440,
        height: 900,
        dark: false,
        full: false,
        run: None,
        wait: None,
        play_seconds: None,
        out: PathBuf::from("docs/screenshot.png"),
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("link") => picture.fragment = parser.value()?.string()?,
            Arg::Long("size") => {
                (picture.width, picture.height) = parser.value()?.parse_with(parse_size)?;
            }
            Arg::Long("scheme") => picture.dark = parser.value()?.parse_with(parse_scheme)?,
            Arg::Long("full") => picture.full = true,
            Arg::Long("run") => picture.run = Some(parser.value()?.string()?),
            Arg::Long("wait") => picture.wait = Some(parser.value()?.string()?),
            Arg::Long("play") => picture.play_seconds = Some(parser.value()?.parse()?),
            Arg::Long("out") => picture.out = parser.value()?.into(),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(picture)
}

fn parse_size(text: &str) -> Result<(u32, u32), &'static str> {
    const EXPECTED: &str = "a size is WxH, such as 360x740";
    let (width, height) = text.split_once('x').ok_or(EXPECTED)?;
    let side = |text: &str| match text.parse() {
        Ok(side @ 1..=10_000) => Ok(side),
        _ => Err(EXPECTED),
    };
    Ok((side(width)?, side(height)?))
}

fn parse_scheme(text: &str) -> Result<bool, &'static str> {
    match text {
        "light" => Ok(false),
        "dark" => Ok(true),
        _ => Err("a scheme is light or dark"),
    }
}

fn take(picture: &Picture) {
    let page = Page::blank();
    page.size(picture.width, picture.height);
    page.dark(picture.dark);
    page.go(&picture.fragment);
    if let Some(run) = &picture.run {
        page.eval(run);
    }
    if let Some(seconds) = picture.play_seconds {
        page.run_for(seconds);
        page.key("Space");
    }
    if let Some(condition) = &picture.wait {
        page.wait_until(condition, 120);
    }
    if picture.full {
        page.screenshot_full(&picture.out);
    } else {
        page.screenshot(&picture.out);
    }
    for error in page.console_errors() {
        eprintln!("the page logged an error: {error}");
    }
    println!("{}", picture.out.display());
}
