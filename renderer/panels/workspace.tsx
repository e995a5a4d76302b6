import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { CanvasPane } from './canvas/canvas-pane.tsx';
import { Conversation } from '../chat/conversation.tsx';
import { useStudio } from '../store/studio.ts';
import { classNames } from '../ui/class-names.ts';
import { ImageTrouble } from './image-trouble.tsx';
import { pixelStorage } from './pane-storage.ts';
import { NoPicture } from './no-picture.tsx';
import { ImagesPanel } from './images/images-panel.tsx';
import { StatusLine } from './status/status-line.tsx';
import { TargetsPanel } from './targets/targets-panel.tsx';
import { TopBar } from './top-bar.tsx';
import styles from './workspace.module.css';

const widths = pixelStorage(localStorage, 'canvas', () => window.innerWidth);

/** The three panes: images, picture, conversation with its targets. */
export function Workspace() {
  const folded = useStudio((state) => state.folded);
  const isCovered = useStudio((state) => state.dialog?.kind === 'gallery');
  // A layout for each choice of panes: one of three is no layout of two.
  const shownPanes = [...(folded.images ? [] : ['images']), 'canvas', ...(folded.side ? [] : ['right'])];
  const shownRight = [...(folded.conversation ? [] : ['conversation']), 'targets'];
  const panes = useDefaultLayout({
    id: 'panes',
    panelIds: shownPanes,
    storage: widths,
    onlySaveAfterUserInteractions: true,
  });
  const right = useDefaultLayout({ id: 'right', panelIds: shownRight, storage: localStorage });
  return (
    <div className={styles['workspace']}>
      <TopBar />
      <main className={styles['panes']}>
        <Group orientation="horizontal" {...panes}>
          {!folded.images && (
            <>
              <Panel
                id="images"
                defaultSize={212}
                minSize={168}
                maxSize={420}
                groupResizeBehavior="preserve-pixel-size"
              >
                <nav className={styles['pane']} aria-label="Images">
                  <ImagesPanel />
                </nav>
              </Panel>
              <Separator className={styles['separator']} aria-label="Width of the image list" />
            </>
          )}
          <Panel id="canvas" minSize={360}>
            <div className={classNames(styles['pane'], styles['canvas'])}>
              <ImageTrouble />
              <div className={classNames(styles['picture'], isCovered && styles['covered'])}>
                <CanvasPane />
                <NoPicture />
              </div>
            </div>
          </Panel>
          {!folded.side && (
            <>
              <Separator className={styles['separator']} aria-label="Width of the conversation" />
              <Panel
                id="right"
                defaultSize={348}
                minSize={288}
                maxSize={640}
                groupResizeBehavior="preserve-pixel-size"
              >
                <Group orientation="vertical" {...right}>
                  {!folded.conversation && (
                    <>
                      <Panel id="conversation" minSize={180}>
                        <section className={styles['pane']} aria-label="Conversation">
                          <Conversation />
                        </section>
                      </Panel>
                      <Separator className={styles['separator']} aria-label="Height of the conversation" />
                    </>
                  )}
                  <Panel id="targets" defaultSize={folded.conversation ? '100' : '46'} minSize={140}>
                    <section className={styles['pane']} aria-label="Targets">
                      <TargetsPanel />
                    </section>
                  </Panel>
                </Group>
              </Panel>
            </>
          )}
        </Group>
      </main>
      <StatusLine />
    </div>
  );
}
