import { useState } from 'react';
import { Command } from 'cmdk';
import { Dialog as Radix } from 'radix-ui';
import { keysOf } from '../../actions/keys.ts';
import { otherNames } from '../../actions/other-names.ts';
import { type Action, actionGroups, allActions } from '../../actions/registry.ts';
import { runAction } from '../../actions/run-action.ts';
import { closeDialog } from '../../store/dialogs.ts';
import { imagesInOrder } from '../../../electron/common/document/views.ts';
import { useStudio } from '../../store/studio.ts';
import { showImage } from '../../store/view.ts';
import { focusFirst, keepOpenForToasts } from '../../ui/dialog.tsx';
import { KeyCaps } from '../../ui/key-caps.tsx';
import styles from './command-palette.module.css';
import { paletteRank } from './palette-rank.ts';

/** Images listed in the palette: it is for jumping, the image list is for browsing. */
const listedImages = 200;

/** Every action by name, and every image. */
export function CommandPalette() {
  const [typed, setTyped] = useState('');
  return (
    <Radix.Root open onOpenChange={(open) => !open && closeDialog()}>
      <Radix.Portal>
        <div className={styles['scrim']} />
        <Radix.Content
          className={styles['palette']}
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirst}
          onInteractOutside={keepOpenForToasts}
        >
          <Radix.Title className="visually-hidden">Command palette</Radix.Title>
          <Command label="Command palette" loop filter={paletteRank}>
            <Command.Input
              value={typed}
              onValueChange={setTyped}
              className={styles['input']}
              placeholder="Type a command or an image name"
              data-autofocus
            />
            <Command.List className={styles['list']} label="Commands">
              <Command.Empty className={styles['none']}>Nothing is called that.</Command.Empty>
              <Actions typed={typed.trim()} />
              <ImageJumps />
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** By group, while one searches that of the best first: Enter takes what stands on top. */
function Actions({ typed }: { readonly typed: string }) {
  // As one text, so that it is drawn again only when another action makes sense: a project may come while the palette is open.
  const possible = useStudio((state) =>
    allActions()
      .filter((action) => action.when(state))
      .map(({ id }) => id)
      .join(' '),
  );
  const ids = new Set(possible.split(' '));
  const actions = allActions().filter(({ id }) => id !== 'view.palette' && ids.has(id));
  const bestOf = (group: string): number =>
    Math.max(
      ...actions.filter((one) => one.group === group).map((one) => paletteRank(one.id, typed, wordsOf(one))),
    );
  return actionGroups
    .filter((group) => actions.some((action) => action.group === group))
    .map((group) => ({ group, best: typed === '' ? 0 : bestOf(group) }))
    .toSorted((a, b) => b.best - a.best)
    .map(({ group }) => (
      <Command.Group key={group} heading={group}>
        {actions
          .filter((action) => action.group === group)
          .map((action) => (
            <ActionItem key={action.id} action={action} />
          ))}
      </Command.Group>
    ));
}

function ActionItem({ action }: { readonly action: Action }) {
  const settings = useStudio((state) => state.settings);
  const [combination] = keysOf(action, settings);
  return (
    <Command.Item
      className={styles['item']}
      value={action.id}
      keywords={[...wordsOf(action)]}
      onSelect={() => {
        closeDialog();
        runAction(action);
      }}
    >
      <span className={styles['title']}>{action.title}</span>
      {combination !== undefined && <KeyCaps combination={combination} />}
    </Command.Item>
  );
}

function wordsOf({ id, title, group }: Action): readonly string[] {
  return [title, group, otherNames[id] ?? ''];
}

function ImageJumps() {
  const images = useStudio((state) => imagesInOrder(state.document.images));
  if (images.length === 0) return null;
  const jumps = images.slice(0, listedImages).map((image) => (
    <Command.Item
      key={image.id}
      className={styles['item']}
      value={`image ${image.id}`}
      keywords={[image.name]}
      onSelect={() => {
        closeDialog();
        showImage(image.id);
      }}
    >
      <span className={styles['title']}>{image.name}</span>
    </Command.Item>
  ));
  return <Command.Group heading="Go to image">{jumps}</Command.Group>;
}
