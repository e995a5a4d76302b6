import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take long by themselves, the longest first: begun last, one of them would leave the other core idle. Only the order hangs on
 * this list, which is read off a run now and then.
 */
const longest = [
  'test/electron/backend/evaluate/resume.test.ts',
  'test/native-models/runtime/webgpu-decoder.test.ts',
  'test/native-models/runtime/webgpu-answers.test.ts',
  'test/electron/backend/project/crash.test.ts',
  'test/parity/ladder.test.ts',
  'test/campaign/kill-campaign.test.ts',
  'test/campaign/mutation-campaign.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = (file: TestSpecification): number => {
      const known = longest.findIndex((each) => file.moduleId.replaceAll('\\', '/').endsWith(each));
      return known === -1 ? longest.length : known;
    };
    // A process that files share ends when the next one wants its own: those come first.
    const sharing = (file: TestSpecification): number => (file.project.config.isolate ? 0 : 1);
    return sorted.sort((a, b) => place(a) - place(b) || sharing(a) - sharing(b));
  }
}
