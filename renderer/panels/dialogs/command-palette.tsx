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

/** Images listed in the palette: it is for jumping, the image list is for browsing. */
const listedImages = 200;

/** Every action by name, and every image. */
export function CommandPalette() {
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
          <Command label="Command palette" loop>
            <Command.Input
              className={styles['input']}
              placeholder="Type a command or an image name"
              data-autofocus
            />
            <Command.List className={styles['list']} label="Commands">
              <Command.Empty className={styles['none']}>Nothing is called that.</Command.Empty>
              <Actions />
              <ImageJumps />
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Actions() {
  // As one text, so that it is drawn again only when another action makes sense: a project may come while the palette is open.
  const possible = useStudio((state) =>
    allActions()
      .filter((action) => action.when(state))
      .map(({ id }) => id)
      .join(' '),
  );
  const ids = new Set(possible.split(' '));
  const actions = allActions().filter(({ id }) => id !== 'view.palette' && ids.has(id));
  return actionGroups
    .filter((group) => actions.some((action) => action.group === group))
    .map((group) => (
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
      keywords={[action.title, action.group, otherNames[action.id] ?? '']}
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

function ImageJumps() {
  const images = useStudio((state) => imagesInOrder(state.document.images));
  if (images.length === 0) return null;
  return (
    <Command.Group heading="Go to image">
      {images.slice(0, listedImages).map((image) => (
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
      ))}
    </Command.Group>
  );
}
