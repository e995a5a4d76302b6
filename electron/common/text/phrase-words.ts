/** English words that end a noun phrase when it is read from its last word backwards. Anything not listed here belongs to the phrase. */
const list = (words: string): ReadonlySet<string> =>
  new Set(words.split(/\s+/u).filter((word) => word !== ''));

/** The phrase begins with these: they are its first word, and not part of its name. */
const determiners = list(`
  a an the this that these those my your his her its our their some any each every another both all no
  one two three four five six seven eight nine ten several many few other last`);

const ordinalWords = list(`
  first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth
  eighteenth nineteenth twentieth`);

/** Which of several: "third", "twenty-first", "4th". Part of a phrase and not of its name, and a phrase where nothing follows it. */
export function isOrdinal(word: string): boolean {
  const last = word.toLowerCase().split('-').at(-1) ?? '';
  return ordinalWords.has(last) || /^\d+(?:st|nd|rd|th)$/u.test(last);
}

/** Stands in front of a noun and is not part of its name. */
export function isDeterminer(word: string): boolean {
  return determiners.has(word.toLowerCase()) || isOrdinal(word);
}

/** They point back to something named before (or in the question). */
export const pronouns = list(`it they them this that these those one ones he she him her something`);

/** Between a phrase and its target: "the apple is [SEG]", "the cup, shown here as [SEG]". */
export const linkingWords = list(`
  is are was were be being been here there as at called named labelled labeled shown marked located found seen which that namely
  highlighted segmented visible`);

export const boundaryWords = list(`
  of in on at by near from to for with without under over above below behind beside besides between among along across around through
  into onto inside outside off against about after before during toward towards next like than via per within beyond
  and or but nor so yet because since while when where if then also too not only just even either neither
  i you he she it we they me him us them who whom whose what which how why there here
  is are was were be being been am isn't aren't wasn't weren't has have had having do does did doing don't doesn't didn't
  can could will would shall should may might must cannot can't won't wouldn't
  see sees seen saw find finds found use uses used using want wants need needs help helps let lets keep keeps look looks looking
  make makes made put puts place places placed take takes took taken get gets got give gives gave given hold holds holding held
  wear wears wearing carry carries carrying carried drink drinks drinking eat eats eating sit sits sitting sat stand stands standing stood
  lie lies lying lay lean leans leaning hang hangs hanging hung ride rides riding drive drives driving walk walks walking run runs running
  open opens opened close closes cut cuts cook cooks read reads reading write writes writing play plays playing watch watches watching
  contain contains containing include includes including show shows showing indicate indicates represent represents correspond corresponds
  provide provides support supports serve serves cover covers covered surround surrounds allow allows require requires choose
  segment segments mark marks marked identify identifies point points touch touches wash washes clean cleans sleep sleeps store stores
  sure yes well okay certainly course please`);

/** Not what their last letters say. */
export const irregularPlurals: Readonly<Record<string, string>> = {
  people: 'person',
  men: 'man',
  women: 'woman',
  children: 'child',
  mice: 'mouse',
  geese: 'goose',
  feet: 'foot',
  teeth: 'tooth',
  oxen: 'ox',
  leaves: 'leaf',
  loaves: 'loaf',
  knives: 'knife',
  wives: 'wife',
  shelves: 'shelf',
  wolves: 'wolf',
  calves: 'calf',
  scarves: 'scarf',
  potatoes: 'potato',
  tomatoes: 'tomato',
  heroes: 'hero',
  cacti: 'cactus',
  shoes: 'shoe',
  toes: 'toe',
  canoes: 'canoe',
  movies: 'movie',
  cookies: 'cookie',
  brownies: 'brownie',
  pies: 'pie',
  ties: 'tie',
  axes: 'axe',
  buses: 'bus',
  gases: 'gas',
  lenses: 'lens',
  vases: 'vase',
  cases: 'case',
  houses: 'house',
  horses: 'horse',
  noses: 'nose',
  roses: 'rose',
  purses: 'purse',
  nurses: 'nurse',
  suitcases: 'suitcase',
  bookcases: 'bookcase',
  briefcases: 'briefcase',
  cheeses: 'cheese',
  blouses: 'blouse',
  hoses: 'hose',
};

/** One thing in spite of their s. */
export const unchangedWords = list(`
  glasses sunglasses scissors pants trousers jeans shorts tights binoculars headphones pliers tongs clothes
  fish sheep deer series species aircraft lens gas canvas atlas news christmas binoculars pyjamas goggles stairs`);

/** Category names of two words that data sets use (COCO's 80 classes). */
export const compoundNames: readonly string[] = [
  ...[
    'traffic light',
    'fire hydrant',
    'stop sign',
    'parking meter',
    'sports ball',
    'baseball bat',
    'baseball glove',
  ],
  ...[
    'tennis racket',
    'wine glass',
    'hot dog',
    'potted plant',
    'dining table',
    'cell phone',
    'teddy bear',
    'hair drier',
  ],
];
