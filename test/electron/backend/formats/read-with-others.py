"""Reads one written data set with another program's own reader and prints [image, class, area] of every target as JSON.

usage: read-with-others.py READER FOLDER      exit 77: the package is not here
"""
import json
import os
import sys

reader, folder = sys.argv[1:3]
found = []


def stem(name):
    return os.path.splitext(name)[0].replace("\\", "/")


try:
    if reader == "lvis":
        from lvis import LVIS
        lvis = LVIS(os.path.join(folder, "lvis.json"))
        for ann in lvis.dataset["annotations"]:
            image = lvis.load_imgs([ann["image_id"]])[0]
            mask = lvis.ann_to_mask(ann)
            found.append([stem(image["file_name"]), lvis.cats[ann["category_id"]]["name"], int(mask.sum())])
    elif reader == "labelme":
        try:
            # Since version 7.
            from labelme._label_file import read_label_file

            def LabelFile(path):
                return read_label_file(filename=path)
        except ImportError:
            try:
                from labelme._label_file import LabelFile
            except ImportError:
                from labelme.label_file import LabelFile
        import numpy as np
        for base, _, names in os.walk(folder):
            for name in sorted(names):
                if not name.endswith(".json"):
                    continue
                path = os.path.join(base, name)
                file = LabelFile(path)
                for shape in file.shapes:
                    get = shape.get if isinstance(shape, dict) else lambda key: getattr(shape, key)
                    found.append([stem(os.path.relpath(path, folder)), get("label"), int(np.count_nonzero(get("mask")))])
    elif reader.startswith("datumaro:"):
        import datumaro
        dataset = datumaro.Dataset.import_from(folder, reader.split(":")[1])
        labels = dataset.categories()[datumaro.AnnotationType.label]
        for item in dataset:
            for ann in item.annotations:
                if ann.type == datumaro.AnnotationType.mask:
                    found.append([item.id, labels[ann.label].name, int(ann.image.sum())])
    elif reader == "supervision":
        import supervision
        dataset = supervision.DetectionDataset.from_yolo(
            images_directory_path=os.path.join(folder, "images/train"),
            annotations_directory_path=os.path.join(folder, "labels/train"),
            data_yaml_path=os.path.join(folder, "data.yaml"),
            force_masks=True,
        )
        for path, _, detections in dataset:
            for mask, index in zip(detections.mask, detections.class_id):
                found.append([stem(os.path.relpath(path, os.path.join(folder, "images/train"))), dataset.classes[index], int(mask.sum())])
    elif reader == "label-studio":
        from label_studio_sdk.converter.brush import decode_rle
        from label_studio_sdk.label_interface import LabelInterface
        interface = LabelInterface(open(os.path.join(folder, "labeling-config.xml")).read())
        for task in json.load(open(os.path.join(folder, "tasks.json"))):
            # What nobody has accepted is a prediction there.
            annotations, predictions = task["annotations"], task.get("predictions", [])
            if not all(interface.validate_annotation(each) for each in annotations):
                raise ValueError("an annotation that its configuration does not allow")
            for each in predictions:
                problems = interface.validate_prediction(each, return_errors=True)
                if problems:
                    raise ValueError(str(problems))
            for region in [region for each in annotations + predictions for region in each["result"]]:
                if region["type"] != "brushlabels":
                    continue  # what was answered about one
                pixels = decode_rle(region["value"]["rle"])
                area = int((pixels.reshape(-1, 4)[:, 3] > 0).sum())
                found.append([stem(task["data"]["image"])[len("images/"):], region["value"]["brushlabels"][0], area])
    elif reader == "ultralytics":
        # Its converter of COCO files; nothing of it may look for anything in the network.
        os.environ["YOLO_OFFLINE"] = "true"
        # What this program says is JSON alone.
        os.environ["YOLO_VERBOSE"] = "False"
        saved, sys.stdout = sys.stdout, sys.stderr
        import shutil
        import tempfile
        from ultralytics.data.converter import convert_coco
        with tempfile.TemporaryDirectory() as work:
            labels, out = os.path.join(work, "in"), os.path.join(work, "out")
            os.makedirs(labels)
            shutil.copy(folder, os.path.join(labels, "instances.json"))
            os.environ["YOLO_CONFIG_DIR"] = work
            convert_coco(labels_dir=labels, save_dir=out, use_segments=True, cls91to80=False)
            sys.stdout = saved
            names = {c["id"]: c["name"] for c in json.load(open(folder))["categories"]}
            for base, _, files in os.walk(out):
                for name in sorted(files):
                    if name.endswith(".txt"):
                        for row in open(os.path.join(base, name)):
                            numbers = row.split()
                            assert len(numbers) >= 7 and len(numbers) % 2 == 1, "a segment has three points and more"
                            assert all(0 <= float(each) <= 1 for each in numbers[1:]), "in shares of the picture"
                            found.append([stem(name), names[int(numbers[0]) + 1], 0])
    else:
        sys.exit(f"no reader {reader}")
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)
print(json.dumps(sorted(found)))
