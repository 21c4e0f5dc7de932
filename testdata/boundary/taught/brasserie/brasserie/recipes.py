from flask import Blueprint, jsonify, render_template, request
from flask_login import current_user, login_required

from .cook import ask
from .models import Recipe

bp = Blueprint("recipes", __name__)


@bp.before_request
@login_required
def cooks_only():
    pass


@bp.get("/")
def index():
    return render_template("recipes.html", recipes=Recipe.query.filter_by(house_id=current_user.house_id))


@bp.post("/<int:recipe_id>/scale")
def scale(recipe_id: int):
    recipe = Recipe.query.filter_by(id=recipe_id, house_id=current_user.house_id).first_or_404()
    return jsonify(text=ask(f"Scale this for {request.json['guests']} guests:\n{recipe.text}"))
