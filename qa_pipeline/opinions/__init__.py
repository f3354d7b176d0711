"""A language model's second opinion on answers, where a centre has one: off unless `opinion_url` is set."""
