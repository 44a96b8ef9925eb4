//! Puts a scene on a canvas: the framebuffer in one call, then lines and words. It decides nothing.

use super::palette::{Ink, Palette};
use super::raster::{Frame, paint_raster};
use super::scene::{Label, Path, Scene, Stroke};
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// The face of all words on the stage.
const FACE: &str = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/// A canvas and its framebuffer.
pub struct Painter {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    frame: Frame,
}

impl Painter {
    /// A painter for a canvas; `None` if the browser has no 2D context for it.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        // The stage covers its canvas; an opaque one costs the page less to compose.
        let options = js_sys::Object::new();
        js_sys::Reflect::set(&options, &"alpha".into(), &false.into()).ok()?;
        let context = canvas.get_context_with_context_options("2d", &options);
        let context = context.ok()??;
        Some(Self {
            canvas,
            context: context.dyn_into().ok()?,
            frame: Frame::default(),
        })
    }

    /// Paints a scene. The canvas gets as many device pixels as the scene has; its size on the page is the page's affair.
    /// A failing canvas call is reported and leaves the old picture.
    pub fn paint(&mut self, scene: &Scene) -> Result<(), JsValue> {
        paint_raster(scene, &mut self.frame);
        let (width, height) = self.frame.size();
        let (w, h) = (width as u32, height as u32);
        if self.canvas.width() != w || self.canvas.height() != h {
            self.canvas.set_width(w);
            self.canvas.set_height(h);
        }
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(self.frame.bytes()), w, h)?;
        self.context.put_image_data(&image, 0.0, 0.0)?;
        let scale = f64::from(scene.scale);
        self.context
            .set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0)?;
        self.context.set_line_join("round");
        self.context.set_line_cap("round");
        for stroke in &scene.strokes {
            draw(&self.context, stroke, scene.palette)?;
        }
        self.context.set_global_alpha(1.0);
        self.context.set_text_baseline("middle");
        self.write(&scene.labels, scene.palette)
    }

    fn write(&self, labels: &[Label], palette: Palette) -> Result<(), JsValue> {
        let (mut font, mut ink) = (None, None);
        for label in labels {
            let wanted = (label.size, label.bold);
            if font.replace(wanted) != Some(wanted) {
                let weight = if label.bold { 600 } else { 400 };
                self.context
                    .set_font(&format!("{weight} {:.1}px {FACE}", label.size));
            }
            if ink.replace(label.ink) != Some(label.ink) {
                self.context.set_fill_style_str(&palette.css(label.ink));
            }
            let middle = f64::from(label.area.y + label.area.h / 2.0) + 0.5;
            let (x, room) = (f64::from(label.area.x), f64::from(label.area.w));
            self.context
                .fill_text_with_max_width(&label.text, x, middle, room)?;
        }
        Ok(())
    }
}

fn draw(
    context: &CanvasRenderingContext2d,
    stroke: &Stroke,
    palette: Palette,
) -> Result<(), JsValue> {
    context.begin_path();
    trace(context, &stroke.path)?;
    context.set_global_alpha(f64::from(stroke.alpha));
    if let Some(ink) = stroke.fill {
        context.set_fill_style_str(&palette.css(ink));
        context.fill();
    }
    if let Some((ink, width)) = stroke.line {
        line(context, palette, ink, width, stroke.dash)?;
    }
    Ok(())
}

fn line(
    context: &CanvasRenderingContext2d,
    palette: Palette,
    ink: Ink,
    width: f32,
    dash: Option<(f32, f32)>,
) -> Result<(), JsValue> {
    context.set_stroke_style_str(&palette.css(ink));
    context.set_line_width(f64::from(width));
    if let Some((dash, gap)) = dash {
        let pattern = js_sys::Array::of2(&dash.into(), &gap.into());
        context.set_line_cap("butt");
        context.set_line_dash(&pattern)?;
        context.stroke();
        context.set_line_dash(&js_sys::Array::new())?;
        context.set_line_cap("round");
    } else {
        context.stroke();
    }
    Ok(())
}

fn trace(context: &CanvasRenderingContext2d, path: &Path) -> Result<(), JsValue> {
    let wide = |(x, y): (f32, f32)| (f64::from(x), f64::from(y));
    match path {
        Path::Line(points) | Path::Polygon(points) => {
            for (i, &point) in points.iter().enumerate() {
                let (x, y) = wide(point);
                if i == 0 {
                    context.move_to(x, y);
                } else {
                    context.line_to(x, y);
                }
            }
            if matches!(path, Path::Polygon(_)) {
                context.close_path();
            }
        }
        Path::Curve(start, curves) => {
            let (x, y) = wide(*start);
            context.move_to(x, y);
            for curve in curves {
                let [a, b, c] = curve.map(wide);
                context.bezier_curve_to(a.0, a.1, b.0, b.1, c.0, c.1);
            }
        }
        Path::Arc { at, r, from, to } => {
            let turn = |part: f32| (f64::from(part) - 0.25) * std::f64::consts::TAU;
            let (x, y) = wide(*at);
            context.arc(x, y, f64::from(*r), turn(*from), turn(*to))?;
        }
        Path::Round(area, r) => {
            let (x, y) = wide((area.x, area.y));
            let (w, h) = wide((area.w, area.h));
            context.round_rect_with_f64(x, y, w, h, f64::from(*r))?;
        }
    }
    Ok(())
}
