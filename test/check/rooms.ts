import type { Owners, Rooms } from './import-rules.ts';

/**
 * Who may import whom: the house's one picture, a row per room. An arrow leads downwards only; a row that is missing
 * stops the check, so a new folder begins with a row here and a README.
 */

const modelPublic = [
  'native-models/convert.ts',
  'native-models/runtime/engine.ts',
  'native-models/runtime/upscale-mask.ts',
  'native-models/runtime/segmenter/segmenter.ts',
  'native-models/errors.ts',
  'native-models/half-floats.ts',
  'native-models/runtime/device/cuda-library.ts',
  'native-models/runtime/device/gpu-report.ts',
  'native-models/names.ts',
  'native-models/shapes.ts',
  'native-models/quiet-environment.ts',
];

/** What a Node room may import: the plain code both sides share, and the model's public files. */
const nodeGround = ['electron/common', ...modelPublic];
/** What every service of the backend stands on: the host, the backend's shape, the list of handlers. */
const backendDoor = [
  'electron/backend/host.ts',
  'electron/backend/backend.ts',
  'electron/backend/app-handlers.ts',
];

/** The backend's floors, lowest first. Each may import those before it. */
const backendFloors = [
  'electron/backend/app',
  'electron/backend/project',
  'electron/backend/images',
  'electron/backend/models',
  'electron/backend/jobs',
  'electron/backend/endpoint',
  'electron/backend/assist',
  'electron/backend/chat',
  'electron/backend/formats',
  'electron/backend/dataset',
  'electron/backend/evaluate',
];
const backendPackages: Readonly<Record<string, readonly string[]>> = {
  'electron/backend/app': ['zod'],
  'electron/backend/project': ['zod', '@photostructure/sqlite'],
  'electron/backend/images': ['sharp'],
  'electron/backend/models': ['zod'],
  'electron/backend/assist': ['@techstark/opencv-js'],
  'electron/backend/chat': ['zod'],
  'electron/backend/jobs': ['zod'],
  'electron/backend/endpoint': ['zod'],
  'electron/backend/dataset': ['zod'],
  'electron/backend/formats': ['zod', '@zip.js/zip.js', '@rgrove/parse-xml', 'yaml'],
  'electron/backend/evaluate': ['zod'],
};

const rendererGround = ['electron/common', 'native-models/names.ts', 'native-models/shapes.ts'];
/** The renderer's floors, lowest first. Each may import those before it. */
const rendererFloors = [
  'renderer/ui',
  'renderer/workers',
  'renderer/store',
  'renderer/picture',
  'renderer/tools',
  'renderer/canvas',
  'renderer/actions',
  'renderer/muse',
  'renderer/chat',
  'renderer/panels',
];
const rendererPackages: Readonly<Record<string, readonly string[]>> = {
  'renderer/ui': ['react', 'react-dom', 'radix-ui', 'lucide-react'],
  'renderer/workers': [],
  'renderer/store': ['react', 'zustand', 'zod'],
  'renderer/picture': [],
  // Icons only: a tool draws nothing with React.
  'renderer/tools': ['lucide-react', 'zod'],
  'renderer/canvas': ['konva'],
  'renderer/actions': ['react'],
  'renderer/muse': ['react', 'lucide-react', '@tanstack/react-virtual'],
  'renderer/chat': ['react', 'lucide-react', 'radix-ui', 'zustand'],
  'renderer/panels': [
    'react',
    'lucide-react',
    'radix-ui',
    'react-resizable-panels',
    '@tanstack/react-virtual',
    'cmdk',
    'zustand',
  ],
};

export const rooms: Rooms = {
  'electron/common': {
    may: ['native-models/names.ts', 'native-models/shapes.ts'],
    packages: ['zod', 'simplify-js'],
    node: false,
  },
  'electron/build': { may: [], packages: ['spdx-license-list'], node: true },
  'electron/inference': { may: nodeGround, packages: ['zod'], node: true },
  'electron/backend/host.ts': { may: ['electron/common', 'electron/inference'], packages: [], node: true },
  'electron/backend/backend.ts': { may: ['electron/common'], packages: [], node: true },
  'electron/backend/app-handlers.ts': {
    may: ['electron/common', 'electron/backend/backend.ts'],
    packages: [],
    node: true,
  },
  ...floors(backendFloors, (floor) => ({
    ground: [...nodeGround, 'electron/inference', ...backendDoor],
    packages: backendPackages[floor] ?? [],
    node: true,
  })),
  // The roof: puts the services together.
  'electron/backend': {
    may: [...nodeGround, 'electron/inference', ...backendDoor, ...backendFloors],
    packages: ['zod'],
    node: true,
    isRoof: true,
  },
  'electron/hosts': {
    may: [...nodeGround, 'electron/backend', 'electron/inference'],
    packages: ['csv-parse', 'electron', 'ws', 'zod'],
    node: true,
  },
  'native-models/checkpoint': {
    may: [
      'native-models/errors.ts',
      'native-models/half-floats.ts',
      'native-models/mistaken-file.ts',
      'native-models/regular-file.ts',
    ],
    packages: ['zod'],
    node: true,
  },
  'native-models/onnx': { may: ['native-models/errors.ts'], packages: [], node: true },
  'native-models/pixellm': {
    may: [
      'native-models/onnx',
      'native-models/checkpoint',
      'native-models/names.ts',
      'native-models/mistaken-file.ts',
      'native-models/regular-file.ts',
      'native-models/quantise.ts',
      'native-models/errors.ts',
    ],
    packages: ['zod'],
    node: true,
  },
  'native-models/runtime': {
    may: [
      'native-models/names.ts',
      'native-models/shapes.ts',
      'native-models/quiet-environment.ts',
      'native-models/size-text.ts',
      'native-models/mistaken-file.ts',
      'native-models/regular-file.ts',
      'native-models/pixellm',
      'native-models/onnx',
      'native-models/half-floats.ts',
      'native-models/quantise.ts',
      'native-models/errors.ts',
    ],
    packages: ['onnxruntime-node', 'koffi', 'zod'],
    node: true,
  },
  'native-models/convert': {
    may: [
      'native-models/checkpoint',
      'native-models/onnx',
      'native-models/pixellm',
      'native-models/runtime/tokenizer',
      'native-models/regular-file.ts',
      'native-models/quantise.ts',
      'native-models/errors.ts',
    ],
    packages: ['zod'],
    node: true,
  },
  // Puts the parts together; `names.ts`, `errors.ts` and the like are its ground floor, which imports nothing of them.
  'native-models': {
    may: [
      'native-models/checkpoint',
      'native-models/onnx',
      'native-models/pixellm',
      'native-models/runtime',
      'native-models/convert',
    ],
    packages: ['zod'],
    node: true,
    isRoof: true,
  },
  ...floors(rendererFloors, (floor) => ({
    ground: rendererGround,
    packages: rendererPackages[floor] ?? [],
    node: false,
  })),
  // main.tsx and app.tsx: the way in.
  renderer: {
    may: [...rendererGround, ...rendererFloors],
    packages: ['react', 'react-dom', 'zod'],
    node: false,
    isRoof: true,
  },
};

/** A raw thing has one owner. */
export const owners: Owners = {
  packages: {
    'onnxruntime-node': 'native-models/runtime',
    koffi: 'native-models/runtime',
    '@photostructure/sqlite': 'electron/backend/project',
    '@techstark/opencv-js': 'electron/backend/assist',
    sharp: 'electron/backend/images',
    '@zip.js/zip.js': 'electron/backend/formats',
    '@rgrove/parse-xml': 'electron/backend/formats',
    yaml: 'electron/backend/formats',
    electron: 'electron/hosts',
    ws: 'electron/hosts',
    'csv-parse': 'electron/hosts',
    konva: 'renderer/canvas/konva-stage.ts',
    cmdk: 'renderer/panels',
    'react-resizable-panels': 'renderer/panels/workspace.tsx',
  },
  oneFile: [
    'onnxruntime-node',
    'koffi',
    '@photostructure/sqlite',
    '@techstark/opencv-js',
    '@zip.js/zip.js',
    'sharp',
    'konva',
    'simplify-js',
  ],
  // What a window asks of the backend is a function of the store; components call that.
  files: { 'renderer/store/client.ts': 'renderer/store' },
};

/** A row for each of `names`, which may import all that come before it and its ground. */
function floors(
  names: readonly string[],
  of: (name: string) => {
    readonly ground: readonly string[];
    readonly packages: readonly string[];
    readonly node: boolean;
  },
): Rooms {
  return Object.fromEntries(
    names.map((name, index) => {
      const { ground, packages, node } = of(name);
      return [name, { may: [...ground, ...names.slice(0, index)], packages, node }];
    }),
  );
}
