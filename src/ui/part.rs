//! One Yew component that stands for all of ours. Yew compiles some three kilobytes of life cycle for each type of
//! component; here it does so once, and what differs is behind a trait object.

use std::any::{Any, type_name};
use std::rc::Rc;

use yew::functional::{FunctionProvider, Hook, HookContext};
use yew::prelude::*;
use yew::virtual_dom::Key;

/// A component with its properties.
trait Shown {
    fn show(&self, context: &mut HookContext) -> Html;
    fn is_same(&self, other: &dyn Shown) -> bool;
    fn properties(&self) -> &dyn Any;
}

struct Of<C: FunctionProvider>(C::Properties);

impl<C: FunctionProvider> Shown for Of<C>
where
    C::Properties: 'static,
{
    fn show(&self, context: &mut HookContext) -> Html {
        // None of ours suspends.
        C::run(context, &self.0).unwrap_or_default()
    }

    fn is_same(&self, other: &dyn Shown) -> bool {
        let other = other.properties().downcast_ref::<C::Properties>();
        other.is_some_and(|other| *other == self.0)
    }

    fn properties(&self) -> &dyn Any {
        &self.0
    }
}

#[derive(Properties, Clone)]
struct PartProps {
    shown: Rc<dyn Shown>,
}

impl PartialEq for PartProps {
    fn eq(&self, other: &Self) -> bool {
        self.shown.is_same(&*other.shown)
    }
}

struct Show(Rc<dyn Shown>);

impl Hook for Show {
    type Output = Html;

    fn run(self, context: &mut HookContext) -> Html {
        self.0.show(context)
    }
}

fn use_shown(shown: Rc<dyn Shown>) -> Show {
    Show(shown)
}

#[component]
fn Part(props: &PartProps) -> Html {
    use_shown(props.shown.clone())
}

/// Shows the component `C`, as `<C ..properties />` would.
pub(super) fn part<C: FunctionProvider + 'static>(properties: C::Properties) -> Html
where
    C::Properties: 'static,
{
    keyed_part::<C>(type_name::<C>(), properties)
}

/// Shows the component `C` under a key. Yew tells our components apart by their keys alone, so a key must not be
/// given to components of two types in one place.
pub(super) fn keyed_part<C: FunctionProvider + 'static>(
    key: impl Into<Key>,
    properties: C::Properties,
) -> Html
where
    C::Properties: 'static,
{
    let shown: Rc<dyn Shown> = Rc::new(Of::<C>(properties));
    shown_part(key.into(), shown)
}

fn shown_part(key: Key, shown: Rc<dyn Shown>) -> Html {
    html! { <Part {key} {shown} /> }
}
