"""How much content may ask of a channel, a phone's screen and a person's patience."""

from bot.channel import CAPABILITIES

BUBBLE = min(can.text for can in CAPABILITIES.values())  # UTF-16 units that every channel shows in one message
VALUE = min(can.value for can in CAPABILITIES.values())  # bytes that a button of every channel carries
PAGE = 1800  # UTF-16 units of a page of a topic; the rest of a bubble is for facts that are longer than assumed
LABEL = 60  # UTF-16 units that fit a button on a phone
COMFORTABLE = 12  # choices that people still read
MOST = 60  # choices that a channel still shows
RUN = "9999"  # the largest number of a person's form that a button must still have room for
