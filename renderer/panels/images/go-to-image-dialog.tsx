import { type FormEvent, useState } from 'react';
import { closeDialog } from '../../store/dialogs.ts';
import { imageMeant, listedImages } from '../../store/image-list.ts';
import { useStudio } from '../../store/studio.ts';
import { showImage } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { counted } from '../../ui/format.ts';

/** By its number in the list, or by a part of its name. */
export function GoToImageDialog() {
  const images = useStudio(listedImages);
  const [typed, setTyped] = useState('');
  const image = imageMeant(images, typed);
  const isUnknown = typed.trim() !== '' && image === null;
  const go = (event: FormEvent): void => {
    event.preventDefault();
    if (image === null) return;
    showImage(image.id);
    closeDialog();
  };
  return (
    <Dialog
      title="Go to image"
      width="narrow"
      footer={
        <>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button variant="primary" type="submit" form="go-to-image" disabled={image === null}>
            Go
          </Button>
        </>
      }
    >
      <form id="go-to-image" onSubmit={go}>
        <Field
          label="Number or a part of the name"
          hint={image === null ? `${counted(images.length, 'image')} listed.` : image.name}
          problem={isUnknown ? `No listed image is number ${typed.trim()} or called so.` : null}
        >
          {(ids) => (
            <TextInput
              {...ids}
              data-autofocus
              value={typed}
              aria-invalid={isUnknown}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
