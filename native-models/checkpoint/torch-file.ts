import { crc32 } from 'node:zlib';
import { ModelError } from '../errors.ts';
import type { RangeFile } from './file-range.ts';
import { PickleGlobal, PickleTuple, unpickle, type PickleRules } from './pickle.ts';
import { bytesPerElement, checkView, type StoredDtype, type StoredTensor } from './stored-tensor.ts';
import { isZip, locateZipData, readZipDirectory } from './zip-directory.ts';

/** PyTorch's storage classes, by the names pickles use. */
const storageDtypes: Readonly<Record<string, StoredDtype>> = {
  'torch.DoubleStorage': 'f64',
  'torch.FloatStorage': 'f32',
  'torch.HalfStorage': 'f16',
  'torch.BFloat16Storage': 'bf16',
  'torch.LongStorage': 'i64',
  'torch.IntStorage': 'i32',
  'torch.ShortStorage': 'i16',
  'torch.CharStorage': 'i8',
  'torch.ByteStorage': 'u8',
  'torch.BoolStorage': 'bool',
};

const legacyMagic = 0x1950a86a20f9469cfc6cn;
const legacyProtocol = 1001;
/** The pickles at the front of a legacy file: names and shapes only, so a few megabytes at the very most. */
const longestLegacyHead = 64 * 2 ** 20;
const longestPickle = 64 * 2 ** 20;

type Storage = { readonly dtype: StoredDtype; readonly key: string; readonly elements: number };
type TensorView = {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
};
type StoragePlace = { readonly start: number; readonly bytes: number; readonly crc: number | null };

/**
 * Lists the tensors of a file written by torch.save: the zip format, or the older one without zip.
 *
 * @throws ModelError 'checkpoint-corrupt', 'checkpoint-unsafe' (a pickle that asks for more than tensors), 'checkpoint-unknown-dtype'
 */
export async function listTorchTensors(file: RangeFile): Promise<StoredTensor[]> {
  return (await isZip(file)) ? listZipTensors(file) : listLegacyTensors(file);
}

async function listZipTensors(file: RangeFile): Promise<StoredTensor[]> {
  const directory = await readZipDirectory(file);
  const pickleEntry = [...directory.values()].find((entry) => entry.name.endsWith('/data.pkl'));
  if (!pickleEntry || pickleEntry.bytes > longestPickle)
    throw corrupt(file, 'it holds no list of tensors (data.pkl)');
  const prefix = pickleEntry.name.slice(0, -'data.pkl'.length);
  const byteOrder = directory.get(`${prefix}byteorder`);
  if (byteOrder) {
    const order = new TextDecoder().decode(
      await file.read(await locateZipData(file, byteOrder), byteOrder.bytes),
    );
    if (order.trim() !== 'little')
      throw new ModelError('checkpoint-unsupported', `${file.path} was saved on a big-endian machine.`, {
        path: file.path,
      });
  }
  const pickle = await file.read(await locateZipData(file, pickleEntry), pickleEntry.bytes);
  const views = readStateDict(file, unpickle(pickle, 0, tensorRules(file)).value);
  const places = new Map<string, StoragePlace>();
  for (const { storage } of views.values()) {
    if (places.has(storage.key)) continue;
    const entry = directory.get(`${prefix}data/${storage.key}`);
    if (!entry) throw corrupt(file, `the data of storage ${storage.key} is missing`);
    const { bytes, crc } = entry;
    places.set(storage.key, {
      start: await locateZipData(file, entry),
      bytes,
      crc: crc === 0 ? null : crc,
    });
  }
  const tensors = placeViews(file, views, places);
  // Last, because what is wrong in it says more.
  if (pickleEntry.crc !== 0 && crc32(pickle) !== pickleEntry.crc)
    throw corrupt(file, 'its list of tensors (data.pkl) is not what was written (CRC-32)');
  return tensors;
}

/** Four pickles (magic number, protocol, system facts, tensors), a list of storage keys, then each storage as a count and its data. */
async function listLegacyTensors(file: RangeFile): Promise<StoredTensor[]> {
  const head = await file.read(0, Math.min(file.bytes, longestLegacyHead));
  const rules = tensorRules(file);
  const magic = unpickle(head, 0, rules);
  if (magic.value !== legacyMagic) throw corrupt(file, 'it is not a file of torch.save');
  const protocol = unpickle(head, magic.end, rules);
  if (protocol.value !== legacyProtocol)
    throw corrupt(file, `its protocol ${String(protocol.value)} is unknown`);
  const facts = unpickle(head, protocol.end, rules);
  if (facts.value instanceof Map && facts.value.get('little_endian') === false) {
    throw new ModelError('checkpoint-unsupported', `${file.path} was saved on a big-endian machine.`, {
      path: file.path,
    });
  }
  const state = unpickle(head, facts.end, rules);
  const views = readStateDict(file, state.value);
  const keys = unpickle(head, state.end, rules);
  if (!Array.isArray(keys.value)) throw corrupt(file, 'its list of storages is missing');
  return placeViews(file, views, await locateLegacyStorages(file, views, keys.value, keys.end));
}

async function locateLegacyStorages(
  file: RangeFile,
  views: ReadonlyMap<string, TensorView>,
  keys: readonly unknown[],
  start: number,
): Promise<Map<string, StoragePlace>> {
  const dtypes = new Map([...views.values()].map(({ storage }) => [storage.key, storage.dtype]));
  const places = new Map<string, StoragePlace>();
  let at = start;
  for (const key of keys) {
    const dtype = dtypes.get(String(key));
    if (!dtype) throw corrupt(file, `storage ${String(key)} belongs to no tensor`);
    const count = await file.read(at, 8);
    const bytes = Number(new DataView(count.buffer).getBigInt64(0, true)) * bytesPerElement[dtype];
    places.set(String(key), { start: at + 8, bytes, crc: null });
    at += 8 + bytes;
  }
  return places;
}

function placeViews(
  file: RangeFile,
  views: ReadonlyMap<string, TensorView>,
  places: ReadonlyMap<string, StoragePlace>,
): StoredTensor[] {
  return [...views].map(([name, { storage, offset, shape, strides }]) => {
    const size = bytesPerElement[storage.dtype];
    const place = places.get(storage.key);
    if (!place || place.bytes < storage.elements * size || place.start + place.bytes > file.bytes) {
      throw corrupt(file, `the data of tensor ${name} is missing or too short`);
    }
    const tensor = {
      name,
      dtype: storage.dtype,
      shape,
      strides,
      file: file.path,
      start: place.start + offset * size,
      checked: place.crc === null ? null : { start: place.start, bytes: place.bytes, crc: place.crc },
    };
    checkView(tensor, storage.elements, offset);
    return tensor;
  });
}

/** Where training programs keep the tensors among other things: DeepSpeed, Lightning and others. */
const wraps = ['module', 'state_dict', 'model_state_dict', 'model'] as const;
const mostTensors = 100_000;

function readStateDict(file: RangeFile, value: unknown): Map<string, TensorView> {
  if (!(value instanceof Map))
    throw new ModelError('checkpoint-unsupported', `${file.path} holds no dictionary of tensors.`, {
      path: file.path,
    });
  const wrap = wraps.find((name) => isTensorDict(value.get(name)));
  const entries: Map<unknown, unknown> = wrap === undefined ? value : value.get(wrap);
  if (entries.size > mostTensors)
    throw new ModelError(
      'checkpoint-unsupported',
      `${file.path} lists ${entries.size} tensors; models have some thousands at the most.`,
      { path: file.path, tensors: entries.size },
    );
  const views = new Map<string, TensorView>();
  for (const [name, view] of entries) {
    if (typeof name !== 'string' || !isTensorView(view)) {
      throw new ModelError(
        'checkpoint-unsupported',
        `${file.path} holds "${String(name)}", which is not a tensor. It is not the file of a model alone (a training program's, perhaps).`,
        { path: file.path },
      );
    }
    views.set(name, view);
  }
  return views;
}

function isTensorDict(value: unknown): boolean {
  return (
    value instanceof Map &&
    value.size > 0 &&
    [...value].every(([name, view]) => typeof name === 'string' && isTensorView(view))
  );
}

/** What a state dict's pickle may ask for. The whole list; anything else is refused by name. */
function tensorRules(file: RangeFile): PickleRules {
  return {
    path: file.path,
    persistent: (id) => readStorage(file, id),
    call(callee, args) {
      switch (callee.name) {
        case 'collections.OrderedDict':
          return new Map<unknown, unknown>();
        case 'torch._utils._rebuild_tensor':
        case 'torch._utils._rebuild_tensor_v2':
          return rebuildTensor(file, args);
        case 'torch._utils._rebuild_parameter':
          return args[0];
        default:
          throw new ModelError(
            'checkpoint-unsafe',
            `${file.path} asks to run ${callee.name}. A checkpoint holds tensors only; this file was not opened any further.`,
            { path: file.path, name: callee.name },
          );
      }
    },
  };
}

function readStorage(file: RangeFile, id: unknown): Storage {
  const [kind, type, key, , elements, view] = id instanceof PickleTuple ? id.items : [];
  if (
    kind !== 'storage' ||
    !(type instanceof PickleGlobal) ||
    typeof key !== 'string' ||
    typeof elements !== 'number'
  ) {
    throw corrupt(file, 'a storage is described in an unknown way');
  }
  if (view !== undefined && view !== null)
    throw new ModelError(
      'checkpoint-unsupported',
      `${file.path} uses views of storages, which only very old PyTorch wrote.`,
    );
  const dtype = storageDtypes[type.name];
  if (!dtype)
    throw new ModelError(
      'checkpoint-unknown-dtype',
      `${file.path} stores numbers as ${type.name}, which is not known here.`,
      { path: file.path, type: type.name },
    );
  return { dtype, key, elements };
}

function rebuildTensor(file: RangeFile, args: readonly unknown[]): TensorView {
  const [storage, offset, shape, strides] = args;
  const whole =
    isStorage(storage) &&
    typeof offset === 'number' &&
    shape instanceof PickleTuple &&
    strides instanceof PickleTuple;
  if (!whole || !isNumbers(shape.items) || !isNumbers(strides.items))
    throw corrupt(file, 'a tensor is described in an unknown way');
  return { storage, offset, shape: shape.items, strides: strides.items };
}

function isNumbers(items: readonly unknown[]): items is readonly number[] {
  return items.every((item) => typeof item === 'number');
}

function isStorage(value: unknown): value is Storage {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'elements' in value;
}

function isTensorView(value: unknown): value is TensorView {
  return typeof value === 'object' && value !== null && 'storage' in value;
}

function corrupt(file: RangeFile, why: string): ModelError {
  return new ModelError('checkpoint-corrupt', `${file.path} is cut off or damaged: ${why}.`, {
    path: file.path,
    why,
  });
}
