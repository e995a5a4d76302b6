import { askCommand } from './ask.ts';
import type { Command } from './command.ts';
import { compareCommand } from './compare.ts';
import { convertCommand } from './convert.ts';
import { evaluateCommand } from './evaluate.ts';
import { exportCommand } from './export.ts';
import { gpuInstallCommand } from './gpu-install.ts';
import { gpuCommand } from './gpu.ts';
import { importCommand } from './import.ts';
import { modelCardCommand, modelListCommand, modelVerifyCommand } from './model.ts';
import { museLintCommand, museSplitCommand, museStatisticsCommand } from './muse-check.ts';
import { museGenerateCommand } from './muse-generate.ts';
import {
  projectAddCommand,
  projectCreateCommand,
  projectInfoCommand,
  projectListCommand,
} from './project.ts';
import { serveCommand } from './serve.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  serveCommand,
  askCommand,
  projectListCommand,
  projectCreateCommand,
  projectAddCommand,
  projectInfoCommand,
  exportCommand,
  importCommand,
  modelListCommand,
  modelCardCommand,
  modelVerifyCommand,
  gpuCommand,
  gpuInstallCommand,
  convertCommand,
  evaluateCommand,
  compareCommand,
  museGenerateCommand,
  museLintCommand,
  museSplitCommand,
  museStatisticsCommand,
];
