/** NVIDIA's least driver for each CUDA, on Linux (CUDA's release notes, "minimum required driver version"). */
const leastDriver: Readonly<Record<string, string>> = { 12: '525.60.13', 13: '580.65.06' };

/**
 * Why this driver cannot run libraries of that CUDA, in a sentence with both versions, or null: also where either is not known, as the library's own
 * error then says it.
 *
 * @param driver  "535.183.01"
 * @param needed  what CUDA's provider asks for: libcudart.so.13 and the like
 */
export function driverTooOld(driver: string, needed: readonly string[]): string | null {
  const cuda = needed.map((name) => /^lib(?:cudart|cublas)\.so\.(\d+)/u.exec(name)?.[1]).find(Boolean);
  const least = cuda === undefined ? undefined : leastDriver[cuda];
  if (cuda === undefined || least === undefined || !isOlder(partsOf(driver), partsOf(least))) return null;
  const way =
    cuda === '13' ? 'Update the driver, or use `npm run gpu:install -- cuda12`.' : 'Update the driver.';
  return `NVIDIA’s driver ${driver} is older than CUDA ${cuda} needs (${least}). ${way}`;
}

function partsOf(version: string): number[] {
  return version.split('.').map(Number);
}

/** false where a version cannot be read. */
function isOlder(version: readonly number[], than: readonly number[]): boolean {
  const at = than.findIndex((part, index) => (version[index] ?? 0) !== part);
  return at >= 0 && (version[at] ?? 0) < (than[at] ?? 0);
}
