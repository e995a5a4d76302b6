import { expect, test } from 'vitest';
import { driverTooOld } from '../../../../native-models/runtime/device/cuda-driver.ts';

const cuda13 = ['libcublasLt.so.13', 'libcublas.so.13', 'libcudart.so.13', 'libcudnn.so.9', 'libc.so.6'];
const cuda12 = ['libcublas.so.12', 'libcufft.so.11', 'libcudart.so.12'];

test('a driver older than the libraries’ CUDA is told with both versions and what helps', () => {
  expect(driverTooOld('535.183.01', cuda13)).toBe(
    'NVIDIA’s driver 535.183.01 is older than CUDA 13 needs (580.65.06). Update the driver, or use `npm run gpu:install -- cuda12`.',
  );
  expect(driverTooOld('580.65.05', cuda13)).toMatch(/older than CUDA 13/u);
  expect(driverTooOld('470.82.01', cuda12)).toBe(
    'NVIDIA’s driver 470.82.01 is older than CUDA 12 needs (525.60.13). Update the driver.',
  );
});

test('a driver that is new enough, or of a version nobody can read, is not objected to', () => {
  expect(driverTooOld('580.65.06', cuda13)).toBeNull();
  expect(driverTooOld('581.1', cuda13)).toBeNull();
  expect(driverTooOld('535.183.01', cuda12)).toBeNull();
  expect(driverTooOld('unknown', cuda13)).toBeNull();
  expect(driverTooOld('535.183.01', ['libc.so.6'])).toBeNull();
  expect(driverTooOld('535.183.01', ['libcudart.so.99'])).toBeNull();
});
