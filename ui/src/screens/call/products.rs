//! What was talked about: a line per product with the reaction in one tap, key messages once it was talked about.

use super::desk::Desk;
use crate::parts::icon::{Drawing, Icon};
use crate::parts::toast::use_toasts;
use crate::text::{T, fill, t, words};
use domain::calls::{CallEdit, ProductTalk, Reaction};
use domain::content::{KeyMessage, Product};
use domain::ids::ProductId;
use leptos::prelude::*;

/// The products.
#[component]
pub fn Products(desk: Desk, recording: Signal<bool>) -> impl IntoView {
    let title = move || t(if recording.get() { T::CallProducts } else { T::CallProductsPlanned });
    view! {
        <section role="group" aria-labelledby="products-title">
            <h3 id="products-title">{title}</h3>
            <ul>
                <For each=move || desk.catalogue.get() key=|product| product.id let:product>
                    <ProductLine desk product recording/>
                </For>
            </ul>
            <Show when=move || desk.catalogue.with(Vec::is_empty)><p class="quiet">{t(T::CallNoProducts)}</p></Show>
        </section>
    }
}

#[component]
fn ProductLine(desk: Desk, product: Product, recording: Signal<bool>) -> impl IntoView {
    let id = product.id;
    let talk = Memo::new(move |_| desk.content.with(|content| content.products.get(&id).cloned()));
    let talked = Memo::new(move |_| talk.with(Option::is_some));
    let name = product.name.clone();
    let toggle = toggle(desk, id, name.clone(), talk);
    let second = {
        let product = product.clone();
        move || talk.with(|talk| second_line(&product, talk.as_ref()))
    };
    let messages = StoredValue::new(product.messages);
    view! {
        <li class="product">
            <button type="button" class="product-name" aria-pressed=move || talked.get().to_string() on:click=toggle>
                <span class="box"><Drawing of=Icon::Check/></span>
                <span><span class="strong">{name.clone()}</span><span class="small quiet">{second}</span></span>
            </button>
            <Show when=move || recording.get()><Reactions desk product=id name=name.clone() talk/></Show>
            <Show when=move || talked.get() && recording.get()>
                <Messages desk product=id messages=messages.get_value() talk/>
            </Show>
        </li>
    }
}

/// Talked about or not; taking a product out can be undone with all that was said about it.
fn toggle(
    desk: Desk,
    product: ProductId,
    name: String,
    talk: Memo<Option<ProductTalk>>,
) -> impl Fn(leptos::ev::MouseEvent) {
    let toasts = use_toasts();
    move |_| {
        let Some(before) = talk.get_untracked() else { return desk.edit.run(CallEdit::AddProduct(product)) };
        desk.edit.run(CallEdit::RemoveProduct(product));
        let undo = move || {
            restore(product, &before).into_iter().for_each(|edit| desk.edit.run(edit));
        };
        toasts.say_with_undo(fill(T::CallProductRemoved, &[("name", &name)]), undo);
    }
}

/// The edits that bring a product back with all that was said about it.
fn restore(product: ProductId, talk: &ProductTalk) -> Vec<CallEdit> {
    let reaction = talk.reaction.map(|reaction| CallEdit::Reaction { product, reaction: Some(reaction) });
    let messages =
        talk.messages.iter().map(|message| CallEdit::Message { product, message: *message, given: true });
    std::iter::once(CallEdit::AddProduct(product)).chain(reaction).chain(messages).collect()
}

/// The messages that were given, else what the product is for; a product that was only named says so.
fn second_line(product: &Product, talk: Option<&ProductTalk>) -> String {
    let Some(talk) = talk else { return product.indication.clone() };
    let given = product.messages.iter().filter(|message| talk.messages.contains(&message.id));
    let given = given.map(|message| message.text.as_str()).collect::<Vec<_>>().join(", ");
    match talk.reaction {
        _ if !given.is_empty() => given,
        Some(_) => product.indication.clone(),
        None => t(T::CallMentionedOnly).to_owned(),
    }
}

#[component]
fn Reactions(desk: Desk, product: ProductId, name: String, talk: Memo<Option<ProductTalk>>) -> impl IntoView {
    let stands = move || talk.with(|talk| talk.as_ref().and_then(|talk| talk.reaction));
    let choose = move |reaction: Reaction| {
        let again = untrack(stands) == Some(reaction);
        desk.edit.run(CallEdit::Reaction { product, reaction: (!again).then_some(reaction) });
    };
    let button = move |reaction: Reaction| {
        view! {
            <button type="button" class="reaction" aria-pressed=move || (stands() == Some(reaction)).to_string() on:click=move |_| choose(reaction)>
                {words::reaction(reaction)}
            </button>
        }
    };
    view! {
        <div class="reactions" role="group" aria-label=fill(T::CallReactionTo, &[("name", &name)])>{Reaction::ALL.map(button)}</div>
    }
}

#[component]
fn Messages(
    desk: Desk,
    product: ProductId,
    messages: Vec<KeyMessage>,
    talk: Memo<Option<ProductTalk>>,
) -> impl IntoView {
    let chip = move |message: KeyMessage| {
        let id = message.id;
        let given = move || talk.with(|talk| talk.as_ref().is_some_and(|talk| talk.messages.contains(&id)));
        let toggle =
            move |_| desk.edit.run(CallEdit::Message { product, message: id, given: !untrack(given) });
        view! {
            <button type="button" class="message" aria-pressed=move || given().to_string() on:click=toggle>
                <Show when=given><Drawing of=Icon::Check/></Show>
                {message.text}
            </button>
        }
    };
    view! { <div class="chips messages" role="group" aria-label=t(T::CallMessages)>{messages.into_iter().map(chip).collect_view()}</div> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::MessageId;
    use uuid::Uuid;

    fn product() -> Product {
        let message = |id, text: &str| KeyMessage { id: MessageId(Uuid::from_u128(id)), text: text.into() };
        Product {
            id: ProductId(Uuid::from_u128(1)),
            name: "Corvalen".into(),
            indication: "Heart failure".into(),
            countries: Vec::new(),
            messages: vec![message(1, "Renal dosing"), message(2, "Titration")],
        }
    }

    #[test]
    fn the_second_line_says_what_was_said() {
        let product = product();
        assert_eq!(second_line(&product, None), "Heart failure");
        assert_eq!(second_line(&product, Some(&ProductTalk::default())), "Mentioned only");
        let talk = ProductTalk {
            messages: [product.messages[1].id, product.messages[0].id].into(),
            ..ProductTalk::default()
        };
        assert_eq!(second_line(&product, Some(&talk)), "Renal dosing, Titration");
        let talk = ProductTalk { reaction: Some(Reaction::Interested), ..ProductTalk::default() };
        assert_eq!(second_line(&product, Some(&talk)), "Heart failure", "a reaction is more than a mention");
    }

    #[test]
    fn a_product_comes_back_with_all_that_was_said() {
        let talk = ProductTalk {
            order: 0,
            reaction: Some(Reaction::Neutral),
            messages: [product().messages[0].id].into(),
        };
        let mut content = domain::calls::CallContent::planned(
            domain::calls::Channel::InPerson,
            domain::Instant::UNIX_EPOCH,
            domain::Instant::UNIX_EPOCH,
        );
        restore(product().id, &talk).iter().for_each(|edit| content.apply(edit));
        assert_eq!(content.products[&product().id], talk);
    }
}
