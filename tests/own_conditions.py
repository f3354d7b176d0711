"""A condition that a centre writes itself, as text to append rules of the product to."""

OWN = """\
rules:
  XA01:
    item: A6
    name: 不用网络用语称呼来电人
    why: 称呼要得体
    when:
      and:
        - {role: operator, any_keywords: [亲, 宝贝]}
        - not: {role: caller, any_keywords: [亲]}
"""
