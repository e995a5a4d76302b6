import type { ChatMessage, ChatRequest } from '../endpoint/chat-client.ts';
import type { Instance } from './instances.ts';

/**
 * What a model is told and asked. The demands are the paper's: every object the answer needs is mentioned and no other implied; the question is not broad, needs
 * reasoning about the image and describes one whole activity; the class name is rephrased to tell the object's place or look; the model picks the objects itself.
 * Source: the paper on PixelLM, section on MUSE (in our words)
 */
const demands = [
  'You write training data for a model that answers questions about an image and marks the objects it names.',
  'You are given the objects of one image: an id, a class and a box [left, top, right, bottom] in pixels. Choose some of them yourself and write one question about the image with its answer.',
  '',
  'The question:',
  '- needs looking at the image and thinking: what something is used for, what would happen, what one needs for a purpose. It does not simply ask for a class.',
  '- describes one whole activity or situation, not several questions glued together, and is not so broad that every object would fit.',
  '- does not mention ids, boxes, coordinates or the words "object" and "instance": it must be answerable by somebody who sees only the image.',
  '',
  'The answer:',
  '- is one to three sentences that name every object the question needs, and implies no other object.',
  '- has the mark {seg} directly after the words that name an object, exactly once for each chosen object, in the order in which you list them. No other curly brackets.',
  '- does not repeat the bare class name where the image has several of a class: it tells the place or the look of the one that is meant.',
  '',
  'The description of each chosen object is a short phrase of its own that tells it from all others: its class in other words with its place or look. No two are the same.',
  'Choose from 1 to 6 objects; none twice.',
].join('\n');

export interface PromptFacts {
  readonly width: number;
  readonly height: number;
  readonly instances: readonly Instance[];
  /** Questions that are there already: another is wanted. */
  readonly earlier: readonly string[];
  readonly language: string;
  /** The picture as it is sent along; null for models that do not see. Boxes are told in its pixels. */
  readonly picture: { readonly dataUrl: string; readonly width: number; readonly height: number } | null;
}

/** As a JSON schema: a reply is held to it where the endpoint can, and checked here always. */
const replySchema = {
  type: 'object',
  additionalProperties: false,
  required: ['question', 'objects', 'answer'],
  properties: {
    question: { type: 'string' },
    objects: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'description'],
        properties: { id: { type: 'string' }, description: { type: 'string' } },
      },
    },
    answer: { type: 'string' },
  },
};

const mostReplyTokens = 900;

export function generationRequest(facts: PromptFacts): ChatRequest {
  return {
    messages: [
      {
        role: 'system',
        content: [
          demands,
          `Write in ${facts.language}. Reply with JSON alone. For a kitchen with two mugs, a kettle and a lamp it could be:`,
          JSON.stringify(exampleReply),
        ].join('\n'),
      },
      userMessage(facts),
    ],
    schema: { name: 'muse_item', schema: replySchema },
    maxTokens: mostReplyTokens,
    temperature: 0.7,
  };
}

/** A reply for a kitchen of our own with two mugs, a kettle and a lamp: small models follow an example where they lose the rules. */
const exampleReply = {
  question:
    'Somebody comes in from the rain and wants to warm up with a hot drink. What would they reach for?',
  objects: [
    { id: 'i3', description: 'the steel kettle at the left end of the worktop' },
    { id: 'i2', description: 'the blue mug beside the sink' },
  ],
  answer:
    'They would boil water in the steel kettle on the left {seg} and pour it into the blue mug beside the sink {seg}.',
};

/** The same once more, with what was wrong. */
export function correctionRequest(
  request: ChatRequest,
  reply: string,
  { problems, hint }: { readonly problems: readonly string[]; readonly hint: string },
): ChatRequest {
  const told: ChatMessage = {
    role: 'user',
    content: `That cannot be used:\n${problems.map((problem) => `- ${problem}`).join('\n')}${hint === '' ? '' : `\n${hint}`}\nWrite it again as JSON alone and of the same form, with these mended.`,
  };
  return {
    ...request,
    messages: [...request.messages, { role: 'assistant', content: reply.slice(0, 6000) }, told],
  };
}

function userMessage({ width, height, instances, earlier, picture }: PromptFacts): ChatMessage {
  const size = picture ?? { width, height };
  const lines = instances.map(
    ({ id, category, box }) => `${id}: ${category} ${scaledCorners(box, size.width / width)}`,
  );
  const text = [
    `The image is ${size.width} pixels wide and ${size.height} high. Its objects:`,
    ...lines,
    ...(earlier.length === 0
      ? []
      : [
          '',
          'These questions are there already; write a different one:',
          ...earlier.map((question) => `- ${question}`),
        ]),
  ].join('\n');
  if (!picture) return { role: 'user', content: text };
  return {
    role: 'user',
    content: [
      { type: 'image_url', image_url: { url: picture.dataUrl } },
      { type: 'text', text },
    ],
  };
}

function scaledCorners([x, y, width, height]: Instance['box'], scale: number): string {
  return `[${[x, y, x + width, y + height].map((value) => Math.round(value * scale)).join(', ')}]`;
}
