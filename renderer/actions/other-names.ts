/**
 * What people who come from other programs (CVAT, labelme, X-AnyLabeling, Label Studio) call an action, by its id: the command palette
 * finds it by these words too.
 */
export const otherNames: Readonly<Record<string, string>> = {
  'project.categories': 'label set labels categories constructor rename merge attributes',
  'images.gallery': 'gallery grid thumbnails overview data manager',
  'images.go-to': 'jump frame number find file',
  'images.next': 'next frame forward',
  'images.previous': 'previous frame back',
  'images.add': 'upload open files',
  'images.add-folder': 'open dir directory',
  'targets.duplicate': 'copy clone',
  'targets.merge': 'join union',
  'tool.rectangle': 'bounding box bbox',
  'tool.polygon': 'shape outline points',
  'tool.lasso': 'freehand',
  'tool.vertices': 'edit points nodes vertices',
  'tool.segment': 'sam ai magic interactor',
  'tool.scissors': 'intelligent scissors livewire opencv',
  'tool.brush': 'paint mask',
  'tool.select': 'cursor move pointer',
  'tool.pan': 'hand drag',
  'tool.new-target': 'new object shape instance',
  'help.shortcuts': 'hotkeys keys keyboard',
  'canvas.fit': 'fit window reset zoom',
  'view.settings': 'preferences options opacity theme wheel zoom key map',
  'view.colour-by': 'color label instance',
  'view.mask-titles': 'labels text names show',
  'project.import': 'load annotations upload dataset coco yolo',
  'project.export': 'save as dump annotations download dataset coco yolo',
};
