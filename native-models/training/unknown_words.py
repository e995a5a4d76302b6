"""Nouns outside the world. The model learns on the first list to say that it does not know a word; the second tells whether it learnt the idea."""

from __future__ import annotations

UNKNOWN_WORDS: tuple[str, ...] = tuple(
    """person man woman child boy girl baby face hand eye hair shirt shoe hat coat dress glove sock bag wallet phone laptop computer
    keyboard mouse screen television radio camera lamp table chair sofa bed pillow blanket carpet curtain window door wall roof house
    building bridge road street tree flower grass leaf bush forest mountain river lake sea beach sand cloud sun rain snow fire smoke
    horse cow sheep goat chicken duck goose rabbit squirrel fox wolf bear lion tiger monkey snake lizard turtle shark whale dolphin bee
    spider ant butterfly bicycle motorcycle truck train tram helicopter ship rocket tractor scooter bread cheese butter egg milk coffee
    tea juice wine beer soup rice pasta noodle sandwich salad tomato potato onion pepper grape cherry lemon melon peach cookie candy
    chocolate spoon fork knife plate bowl cup glass bottle kettle pan oven fridge sink toilet bath towel soap brush mirror hammer nail
    saw drill screw ladder rope chain wheel engine key lock coin ticket letter pen pencil paper scissors map flag drum piano violin
    trumpet kite doll robot puzzle crown sword shield helmet tent candle balloon umbrella basket box barrel fence gate statue
    fountain tower castle church temple factory hospital school office shop market farm garden park cylinder cube pyramid sphere
    hexagon pentagon oval arrow spiral line dot zebra giraffe camel kangaroo panda koala crocodile octopus crab lobster owl eagle
    parrot swan""".split()
)
HELD_OUT_WORDS: tuple[str, ...] = (
    'bucket', 'donkey', 'sausage', 'tractor wheel', 'violinist', 'pumpkin', 'microscope', 'seagull', 'trousers', 'necklace', 'windmill',
    'strawberry', 'suitcase', 'penguin egg', 'vase', 'rhino', 'submarine', 'mushroom', 'teapot', 'volcano',
)
