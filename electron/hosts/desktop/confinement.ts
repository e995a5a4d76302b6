import { type Session, app } from 'electron';
import { isAppPage } from './app-protocol.ts';

/** Copying an answer's text is the one thing beyond drawing that the page may do with the system. */
const allowedPermission = 'clipboard-sanitized-write';

/** Camera, microphone, notifications, devices and the rest: refused without asking. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide) =>
    decide(permission === allowedPermission),
  );
  session.setPermissionCheckHandler((_contents, permission) => permission === allowedPermission);
  session.setDevicePermissionHandler(() => false);
}

/** Whatever a page tries, it stays on the app's own page and opens nothing. */
export function confineContents(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (!isAppPage(event.url)) event.preventDefault();
    });
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame) event.preventDefault(); // the app has no frames
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}
