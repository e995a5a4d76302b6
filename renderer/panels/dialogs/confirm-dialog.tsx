import type { Confirmation } from '../../store/window-state.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

export function ConfirmDialog({ confirmation }: { readonly confirmation: Confirmation }) {
  const { title, text, confirm, danger, answer } = confirmation;
  return (
    <Dialog
      title={title}
      description={text}
      width="narrow"
      onClose={() => answer(false)}
      footer={
        <>
          <Button onClick={() => answer(false)}>Cancel</Button>
          {/* Enter says yes to what takes nothing away; anything else wants a hand that means it. */}
          <Button
            variant={danger ? 'danger' : 'primary'}
            onClick={() => answer(true)}
            {...(danger ? {} : { 'data-autofocus': true })}
          >
            {confirm}
          </Button>
        </>
      }
    />
  );
}
