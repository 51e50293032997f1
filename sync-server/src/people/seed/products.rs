//! Three invented brands and what may be said about them.

use super::Ids;
use domain::content::{KeyMessage, Product};
use domain::ids::{MessageId, ProductId};
use domain::people::Country;

struct Brand {
    name: &'static str,
    indication: &'static str,
    countries: &'static [Country],
    messages: &'static [&'static str],
}

const BRANDS: [Brand; 3] = [
    Brand {
        name: "Corvalen",
        indication: "Heart failure",
        countries: &[Country::DE, Country::GB, Country::US],
        messages: &[
            "Fewer hospital stays",
            "Once a day",
            "Dosing in renal impairment",
            "Start in hospital",
            "Blood pressure and safety",
        ],
    },
    Brand {
        name: "Nefrizan",
        indication: "Chronic kidney disease",
        countries: &[Country::DE, Country::GB, Country::US],
        messages: &["Slows decline of eGFR", "Early treatment", "With diabetes", "Potassium monitoring"],
    },
    Brand {
        name: "Pulmovara",
        indication: "COPD",
        countries: &[Country::DE, Country::US],
        messages: &[
            "Fewer exacerbations",
            "Inhaler technique",
            "Switching from two inhalers",
            "Patient support",
        ],
    },
];

pub(super) fn products(ids: &Ids) -> Vec<Product> {
    let product = |(n, brand): (usize, &Brand)| Product {
        id: ProductId(ids.of("product", n)),
        name: brand.name.to_owned(),
        indication: brand.indication.to_owned(),
        countries: brand.countries.to_vec(),
        messages: messages(ids, brand),
    };
    BRANDS.iter().enumerate().map(product).collect()
}

fn messages(ids: &Ids, brand: &Brand) -> Vec<KeyMessage> {
    let message = |(n, text): (usize, &&str)| KeyMessage {
        id: MessageId(ids.of(&format!("message/{}", brand.name), n)),
        text: (*text).to_owned(),
    };
    brand.messages.iter().enumerate().map(message).collect()
}
