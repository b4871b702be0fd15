//! The programme of a case in force, its hotels and its members.

use folio_loyalty::units::Date;
use serde_json::{Value, json};

use super::Case;
use crate::redeemer::definition;
use crate::world::{NOW, Stay, World, owner_of, programme_owner, register};

pub const ROOM: u16 = 9;
pub const FOOD_AND_BEVERAGE: u16 = 3;
pub const TAX: u16 = 12;

const DAY_SECONDS: i64 = 86_400;

/// One programme in force, and members without keys, for whom its agent speaks.
pub struct Cast {
    pub world: World,
    pub programme: &'static str,
    today: String,
    stays: u32,
    hotels: u32,
}

impl Cast {
    /// The shipped programme of a case, at noon of a day of which the case is.
    pub fn of(case: &Case, today: &str) -> Self {
        let mut world = World::empty();
        world.activate(case.programme, &definition(case.programme));
        let mut cast = Self { world, programme: case.programme, today: today.to_owned(), stays: 0, hotels: 0 };
        cast.on(today);
        cast
    }

    /// The proposals that follow are made at noon of a day.
    pub fn on(&mut self, day: &str) {
        let first: Date = crate::world::TODAY.parse().unwrap();
        let days = first.days_until(day.parse().unwrap());
        self.world.ledger.set_timestamp(NOW + i64::from(days) * DAY_SECONDS);
        day.clone_into(&mut self.today);
    }

    /// A hotel of the programme's owner, of a brand.
    pub fn hotel(&mut self, brand: &str) -> String {
        self.hotels += 1;
        let owner = programme_owner(self.programme);
        let chain = ["AUR", "BOR", "CED"].into_iter().find(|chain| owner_of(chain) == owner).unwrap();
        let code = format!("{chain}-{}", self.hotels);
        self.world.manager(owner);
        self.world.ok("hotel.register", register(&code, owner, brand));
        code
    }

    /// A member enrolled two years before the cases.
    pub fn member(&mut self) -> String {
        self.world.enrol(self.programme, "2022-01-01")
    }

    /// A member of a tier, which is matched when it is not that of everybody.
    pub fn member_of(&mut self, tier: &str) -> String {
        let member = self.member();
        if self.account(&member)["tier"] != tier {
            self.world.agent(programme_owner(self.programme));
            let until = self.today.parse::<Date>().unwrap().add_days(300).unwrap();
            let matched = json!({ "programme": self.programme, "member": member, "tier": tier, "as_of": self.today,
                "until": until, "reason": "the case" });
            self.world.ok("member.match_status", matched);
        }
        assert_eq!(self.account(&member)["tier"], tier);
        member
    }

    /// A stay that ends today, of so many nights, without revenue.
    pub fn stay(&mut self, member: &str, hotel: &str, nights: i32) -> Stay {
        self.stays += 1;
        let mut stay = Stay::new(member, &self.stays.to_string(), &self.today, nights)
            .with("programme", self.programme)
            .with("hotel", hotel);
        stay.0["rooms"][0]["lines"] = json!([]);
        stay
    }

    /// Gives a member these points by stays at a hotel, which earn so many for one unit of money.
    pub fn fill(&mut self, member: &str, points: u64, points_a_unit: u64) {
        let hotel = self.hotel("any");
        let cents = i64::try_from(points * 100 / points_a_unit).unwrap();
        let stay = charged(self.stay(member, &hotel, 1), 0, ROOM, cents, "USD");
        assert_eq!(self.world.post(&stay)["points"]["total"], points);
    }

    pub fn account(&mut self, member: &str) -> Value {
        self.world.account(self.programme, member)
    }

    pub fn available(&mut self, member: &str) -> u64 {
        self.world.figures(self.programme, member).0
    }

    /// The order of a member as the agent hands it in.
    pub fn order(&mut self, member: &str, fields: Value) -> Value {
        self.world.agent(programme_owner(self.programme));
        let mut order = json!({ "programme": self.programme, "member": member, "as_of": self.today });
        order.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({ "order": order })
    }

    /// A run of expiry on a day that is past.
    pub fn expire(&mut self, member: &str, as_of: &str) -> Value {
        self.world.agent(programme_owner(self.programme));
        let run = json!({ "programme": self.programme, "members": [member], "as_of": as_of });
        self.world.ok("points.expire", run)
    }

    /// What a stay would earn, with an account of every point.
    pub fn simulated(&mut self, stay: &Stay, tier: &str) -> Value {
        self.world.hand_in(stay);
        self.world.desk(stay.hotel());
        let simulated = self.world.query("programme.simulate", json!({ "programme": self.programme, "tier": tier }));
        self.world.ledger.clear_transient();
        simulated.unwrap()["rating"].clone()
    }
}

/// The stay with one more revenue line of a room, on its first day.
pub fn charged(mut stay: Stay, room: usize, category: u16, cents: i64, currency: &str) -> Stay {
    let rooms = stay.0["rooms"].as_array().unwrap().iter();
    let posting: usize = rooms.map(|room| room["lines"].as_array().unwrap().len()).sum();
    let line = json!({ "folio": "1", "posting": posting.to_string(), "date": stay.0["arrival"], "category": category,
        "net": cents, "gross": cents, "currency": currency });
    stay.0["rooms"][room]["lines"].as_array_mut().unwrap().push(line);
    stay
}
