"""`{{ form }}` anywhere: labels, help and errors are tied to their fields."""

from bs4 import BeautifulSoup
from django import forms
from django.utils import translation

from portal.web.samples import SampleForm
from tests.web.markup import soup


def rendered(form: forms.Form) -> BeautifulSoup:
    with translation.override("en"):
        return BeautifulSoup(str(form), "html.parser")


def test_every_control_has_a_label():
    page = rendered(SampleForm())
    controls = page.select("input:not([type=hidden]), select, textarea")
    assert len(controls) == 11
    for control in controls:
        assert page.find("label", attrs={"for": control["id"]}), control


def test_groups_have_a_legend():
    groups = rendered(SampleForm()).find_all("fieldset")
    assert [group.legend.text.split()[0] for group in groups] == ["Working", "Approach"]


def test_help_and_errors_describe_their_field():
    page = rendered(SampleForm({"title": "x" * 81}))
    title = page.find(id="id_title")
    assert title["aria-invalid"] == "true"
    described = title["aria-describedby"].split()
    assert described == ["id_title_helptext", "id_title_error"]
    assert "shop floor" in page.find(id=described[0]).text
    assert "at most 80 characters" in page.find(id=described[1]).text
    group = page.find(id="id_languages").find_parent("fieldset")
    for name in group["aria-describedby"].split():
        assert page.find(id=name), name


def test_the_summary_links_to_the_fields():
    page = rendered(SampleForm({}))
    summary = page.find(class_="form-errors")
    assert summary.has_attr("autofocus")
    for link in summary.find_all("a"):
        assert page.find(id=link["href"][1:]), link


def test_errors_of_hidden_and_whole_form_are_told():
    class Form(forms.Form):
        token = forms.IntegerField(widget=forms.HiddenInput)

        def clean(self):
            raise forms.ValidationError("<b>Both sides pressed at once.</b>")

    summary = rendered(Form({"token": "x"})).find(class_="form-errors")
    told = [item.text for item in summary.find_all("li")]
    assert told == ["<b>Both sides pressed at once.</b>", "Token: Enter a whole number."]


def test_optional_fields_say_so_and_units_stand_beside():
    form = SampleForm()
    with translation.override("en"):
        shown = soup('{% field form.budget prefix="¥" suffix="a year" width="short" %}', form=form)
    assert "optional" in shown.label.text
    assert [unit.text for unit in shown.select(".field__affixed > span")] == ["¥", "a year"]
    assert "optional" not in soup("{% field form.title %}", form=form).label.text


def test_forms_laid_out_by_hand_have_the_summary_and_hidden_fields():
    class Form(forms.Form):
        version = forms.IntegerField(widget=forms.HiddenInput, initial=3)

    shown = soup("{% form_errors form %}{% hidden_fields form %}", form=Form())
    assert shown.input["value"] == "3"
    assert not shown.find(class_="form-errors")
