import { type KeyboardEvent, useState } from 'react';
import { type KeyChoices, clashes, combinationOf, keysOf } from '../../actions/keys.ts';
import { isMacPlatform } from '../../ui/key-names.ts';
import { pointerGestures } from '../../actions/pointer-gestures.ts';
import { type Action, actionGroups, allActions } from '../../actions/registry.ts';
import { changeSettings } from '../../store/settings.ts';
import { useStudio } from '../../store/studio.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { KeyCaps } from '../../ui/key-caps.tsx';
import { KeyMapField } from './key-map-field.tsx';
import styles from './shortcuts-dialog.module.css';

/** Every key, and the place to change it. */
export function ShortcutsDialog() {
  const settings = useStudio((state) => state.settings);
  const [listening, setListening] = useState<string | null>(null);
  const actions = allActions();
  const shared = clashes(actions, settings);
  return (
    <Dialog
      title="Keyboard shortcuts"
      description="Click a shortcut and press the new keys. Backspace takes the shortcut away, Escape keeps it."
      width="wide"
      footer={
        <Button
          disabled={Object.keys(settings.shortcuts).length === 0}
          onClick={() => void changeSettings({ shortcuts: {} })}
        >
          Reset all
        </Button>
      }
    >
      <KeyMapField hint="Your own changes below stay whichever you choose." />
      <div className={styles['groups']}>
        <section className={styles['group']}>
          <h3 className={styles['heading']}>With the mouse</h3>
          {pointerGestures(settings.wheel).map(({ title, held, gesture }) => (
            <div key={title} className={styles['row']}>
              <div className={styles['title']}>{title}</div>
              <span className={styles['gesture']}>
                {held !== '' && <KeyCaps combination={held} />} {gesture}
              </span>
            </div>
          ))}
        </section>
        {actionGroups.map((group) => (
          <section key={group} className={styles['group']}>
            <h3 className={styles['heading']}>{group}</h3>
            {actions
              .filter((action) => action.group === group)
              .map((action) => (
                <ShortcutRow
                  key={action.id}
                  action={action}
                  combination={keysOf(action, settings)[0]}
                  sharedWith={titlesSharing(action, shared, settings)}
                  isListening={listening === action.id}
                  onListen={(isOn) => setListening(isOn ? action.id : null)}
                />
              ))}
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function ShortcutRow({
  action,
  combination,
  sharedWith,
  isListening,
  onListen,
}: {
  readonly action: Action;
  readonly combination: string | undefined;
  readonly sharedWith: readonly string[];
  readonly isListening: boolean;
  readonly onListen: (isOn: boolean) => void;
}) {
  const title = action.title.replace(/…$/u, '');
  return (
    <div className={styles['row']}>
      <div className={styles['title']}>
        {title}
        {sharedWith.length > 0 && <div className={styles['clash']}>Also: {sharedWith.join(', ')}</div>}
      </div>
      <button
        type="button"
        className={classNames(styles['keys'], isListening && styles['listening'])}
        aria-label={`Shortcut for ${title}: ${combination ?? 'none'}`}
        onClick={() => onListen(true)}
        onBlur={() => onListen(false)}
        onKeyDown={(event) => {
          if (isListening) learnKey(event, action, onListen);
        }}
      >
        {isListening ? (
          'Press keys'
        ) : combination === undefined ? (
          'None'
        ) : (
          <KeyCaps combination={combination} />
        )}
      </button>
    </div>
  );
}

function learnKey(event: KeyboardEvent, action: Action, onListen: (isOn: boolean) => void): void {
  event.preventDefault();
  event.stopPropagation();
  const combination = combinationOf(event.nativeEvent, isMacPlatform());
  if (combination === null) return;
  onListen(false);
  if (combination === 'escape') return;
  const { shortcuts } = useStudio.getState().settings;
  const chosen = combination === 'backspace' ? '' : combination;
  void changeSettings({ shortcuts: { ...shortcuts, [action.id]: chosen } });
}

function titlesSharing(
  action: Action,
  shared: ReadonlyMap<string, readonly string[]>,
  choices: KeyChoices,
): readonly string[] {
  const others = keysOf(action, choices).flatMap((combination) => shared.get(combination) ?? []);
  const titles = new Map(allActions().map(({ id, title }) => [id, title]));
  // Actions that share a key from the start never apply at the same time; only a person's own choice can clash.
  const isOwnChoice = (id: string): boolean => choices.shortcuts[id] !== undefined;
  return [...new Set(others)]
    .filter((id) => id !== action.id && (isOwnChoice(id) || isOwnChoice(action.id)))
    .map((id) => titles.get(id) ?? id);
}
